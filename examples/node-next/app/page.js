import Image from "next/image";

export default function Page() {
  return (
    <main>
      <h1>Gallery</h1>
      <Image src="/dot.png" alt="a dot" width={64} height={64} />
    </main>
  );
}
