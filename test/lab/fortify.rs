//! What glibc has for Debian's libunwind.a, which checks its buffers, and musl has not. A
//! list of arguments goes by reference on both architectures.
#![no_std]
use core::ffi::{c_char, c_int, c_void};

unsafe extern "C" {
    fn vfprintf(stream: *mut c_void, format: *const c_char, args: *mut c_void) -> c_int;
    fn vsnprintf(to: *mut c_char, size: usize, format: *const c_char, args: *mut c_void) -> c_int;
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __vfprintf_chk(
    stream: *mut c_void, _flag: c_int, format: *const c_char, args: *mut c_void,
) -> c_int {
    unsafe { vfprintf(stream, format, args) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __vsnprintf_chk(
    to: *mut c_char, size: usize, _flag: c_int, _room: usize, format: *const c_char, args: *mut c_void,
) -> c_int {
    unsafe { vsnprintf(to, size, format, args) }
}
