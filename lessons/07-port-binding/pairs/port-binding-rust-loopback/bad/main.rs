use std::io::Write;
use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:8080")?;
    println!("stock on {}", listener.local_addr()?);
    for client in listener.incoming() {
        client?.write_all(b"tents 12\n")?;
    }
    Ok(())
}
