use redis::{Client, Commands};
use std::time::Duration;

const WAIT: Duration = Duration::from_millis(50);

pub fn price(c: &Client, sku: &str) -> Option<String> {
    let mut con =
        c.get_connection_with_timeout(WAIT).ok()?;
    con.set_read_timeout(Some(WAIT)).ok()?;
    con.get(format!("price:{sku}")).ok()?
}
