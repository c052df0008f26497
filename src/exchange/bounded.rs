//! A reader of JSON that ends when one entry grows beyond all measure, so that a file of one endless line costs no memory.

use std::io::{self, Read};

/// Bytes that one entry of the outer list, or all that stands before it, may have. A learner's answer has at most a few.
pub const LONGEST: usize = 16 << 20;

/// Reads JSON of the form `{"…": …, "…": [entry, entry, …]}`.
#[derive(Debug)]
pub struct Bounded<R> {
    inner: R,
    length: usize,
    depth: usize,
    text: bool,
    escaped: bool,
}

impl<R: Read> Bounded<R> {
    /// A reader around `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, length: 0, depth: 0, text: false, escaped: false }
    }

    fn see(&mut self, byte: u8) {
        self.length += 1;
        if self.text {
            self.text = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return;
        }
        match byte {
            b'"' => self.text = true,
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth <= 2 {
                    self.length = 0;
                }
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth <= 2 => self.length = 0,
            _ => {}
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for &byte in buffer.iter().take(count) {
            self.see(byte);
            if self.length > LONGEST {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(text: &str) -> io::Result<usize> {
        Bounded::new(text.as_bytes()).read_to_end(&mut Vec::new())
    }

    #[test]
    fn many_entries_pass_and_one_endless_does_not() {
        let entry = format!("{{\"a\":\"[{{\\\\\\\"],{}\"}},\n", "x".repeat(1 << 20));
        let many = format!("{{\"events\":[{}", entry.repeat(40));
        assert_eq!(read(&many).unwrap(), many.len());
        let endless = format!("{{\"events\":[{{\"a\":\"{}", ",".repeat(LONGEST + 1));
        assert_eq!(read(&endless).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let deep = format!("{{\"events\":[[[{}", "1,".repeat(LONGEST));
        assert_eq!(read(&deep).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
