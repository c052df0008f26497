use redis::{Client, Commands, RedisResult};

const LIFE: u64 = 300;

pub struct Codes(pub Client);

impl Codes {
    pub fn issue(&self, mail: &str, code: &str) -> RedisResult<()> {
        let mut con = self.0.get_connection()?;
        con.set_ex(format!("code:{mail}"), code, LIFE)
    }

    pub fn redeem(&self, mail: &str, code: &str) -> RedisResult<bool> {
        let mut con = self.0.get_connection()?;
        let kept: Option<String> =
            con.get_del(format!("code:{mail}"))?;
        Ok(kept.as_deref() == Some(code))
    }
}
