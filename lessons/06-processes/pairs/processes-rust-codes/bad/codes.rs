use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const LIFE: Duration = Duration::from_secs(300);

#[derive(Default)]
pub struct Codes(Mutex<HashMap<String, (String, Instant)>>);

impl Codes {
    pub fn issue(&self, mail: &str, code: &str) {
        let entry = (code.to_owned(), Instant::now());
        self.0.lock().unwrap().insert(mail.into(), entry);
    }

    pub fn redeem(&self, mail: &str, code: &str) -> bool {
        let entry = self.0.lock().unwrap().remove(mail);
        entry.is_some_and(|(kept, since)| {
            kept == code && since.elapsed() < LIFE
        })
    }
}
