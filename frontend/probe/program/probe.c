// The program that a healthcheck of the form "http" runs in images without a shell:
//
//	healthcheck PORT PATH
//
// It asks the container itself, over IPv4 and else IPv6, prints the first line of the
// answer, and succeeds when its status is one of 200 to 399. How long that may take is
// the engine's to say. It is made of system calls alone, so that it needs nothing of
// the image; build.sh makes the files beside it.

typedef unsigned char u8;

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, SOCKET = 41, CONNECT = 42, EXIT = 60 };
__asm__(".globl _start\n_start: mov %rsp, %rdi\nand $-16, %rsp\ncall run\n");
static long sys(long n, long a, long b, long c)
{
	__asm__ volatile("syscall" : "+a"(n) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return n;
}
#elif defined(__aarch64__)
enum { READ = 63, WRITE = 64, SOCKET = 198, CONNECT = 203, EXIT = 93 };
__asm__(".globl _start\n_start: mov x0, sp\nbl run\n");
static long sys(long n, long a, long b, long c)
{
	register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
#elif defined(__riscv)
enum { READ = 63, WRITE = 64, SOCKET = 198, CONNECT = 203, EXIT = 93 };
__asm__(".globl _start\n_start: mv a0, sp\ncall run\n");
static long sys(long n, long a, long b, long c)
{
	register long a7 __asm__("a7") = n, a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
	return a0;
}
#elif defined(__arm__)
enum { READ = 3, WRITE = 4, SOCKET = 281, CONNECT = 283, EXIT = 1 };
__asm__(".globl _start\n_start: mov r0, sp\nbl run\n");
static long sys(long n, long a, long b, long c)
{
	register long r7 __asm__("r7") = n, r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c;
	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
	return r0;
}
#endif

static long length(const char *s)
{
	long n = 0;
	while (s[n])
		n++;
	return n;
}

static void print(long to, const char *s) { sys(WRITE, to, (long)s, length(s)); }

// connected returns a connection to a port of the container, less than 0 for none.
static long connected(long port)
{
	u8 four[16], six[28];
	for (int i = 0; i < (int)sizeof six; i++)
		four[i & 15] = six[i] = 0;
	four[0] = 2;
	six[0] = 10;
	four[2] = six[2] = port >> 8;
	four[3] = six[3] = port;
	four[4] = 127;
	four[7] = six[23] = 1;
	long s = sys(SOCKET, 2, 1, 0);
	if (s >= 0 && sys(CONNECT, s, (long)four, sizeof four) >= 0)
		return s;
	s = sys(SOCKET, 10, 1, 0);
	if (s < 0 || sys(CONNECT, s, (long)six, sizeof six) < 0)
		return -1;
	return s;
}

__attribute__((noreturn)) static void end(long status)
{
	for (;;)
		sys(EXIT, status, 0, 0);
}

__attribute__((used, noreturn)) void run(long *stack)
{
	const char **args = (const char **)(stack + 1);
	long port = 0, n = 0, got;
	char line[256];
	if (stack[0] != 3)
		end(2);
	for (const char *p = args[1]; *p; p++)
		port = port * 10 + *p - '0';
	long s = connected(port);
	if (s < 0) {
		print(1, "no connection to port ");
		print(1, args[1]);
		print(1, "\n");
		end(1);
	}
	print(s, "GET ");
	print(s, args[2]);
	print(s, " HTTP/1.1\r\nHost: localhost:");
	print(s, args[1]);
	print(s, "\r\nUser-Agent: healthcheck\r\nAccept: */*\r\nConnection: close\r\n\r\n");
	while (n < (long)sizeof line && (got = sys(READ, s, (long)line + n, sizeof line - n)) > 0) {
		n += got;
		long end_of_line = 0;
		while (end_of_line < n && line[end_of_line] != '\r' && line[end_of_line] != '\n')
			end_of_line++;
		if (end_of_line < n) {
			n = end_of_line;
			break;
		}
	}
	sys(WRITE, 1, (long)line, n);
	print(1, "\n");
	end(!(n > 11 && line[0] == 'H' && line[4] == '/' && (line[9] == '2' || line[9] == '3')));
}
