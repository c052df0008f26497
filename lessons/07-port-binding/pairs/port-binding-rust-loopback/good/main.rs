use std::io::Write;
use std::net::TcpListener;
use std::num::NonZeroU16;

fn main() -> std::io::Result<()> {
    let port: NonZeroU16 = std::env::var("PORT")
        .expect("PORT is not set")
        .parse()
        .expect("PORT must be 1 to 65535");
    let address = ("0.0.0.0", port.get());
    let listener = TcpListener::bind(address)?;
    println!("stock on {}", listener.local_addr()?);
    for client in listener.incoming() {
        client?.write_all(b"tents 12\n")?;
    }
    Ok(())
}
