use redis::{Client, Commands};

pub fn price(sku: &str) -> Option<String> {
    let url = "redis://localhost:6379";
    let client = Client::open(url).unwrap();
    let mut con = client.get_connection().unwrap();
    con.get(format!("price:{sku}")).unwrap()
}
