//! The parameters of a night: every constant of the model with its unit, its range and the reason for its value.

use std::fmt;

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name, as in scenario files.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Its value when nothing else is said.
    pub value: u64,
    /// The lowest value allowed.
    pub low: u64,
    /// The highest value allowed.
    pub high: u64,
    /// Why it is what it is.
    pub why: &'static str,
}

/// A parameter outside its range, or of an unknown name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The name as it was given.
    pub name: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.name, self.what)
    }
}

macro_rules! shop {
    ($($name:ident, $unit:literal, $value:literal, $low:literal..=$high:literal, $why:literal;)+) => {
        /// The parameters of a night. Outside its range no value is taken, so nothing in the model overflows or divides by zero.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Shop {
            $(#[doc = concat!("In ", $unit, ". ", $why)] pub $name: u64,)+
        }

        impl Default for Shop {
            fn default() -> Self {
                Self { $($name: $value,)+ }
            }
        }

        /// Every parameter, in the order of the documentation.
        pub const FIELDS: &[Field] = &[
            $(Field { name: stringify!($name), unit: $unit, value: $value, low: $low, high: $high, why: $why },)+
        ];

        impl Shop {
            /// The value of a parameter.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<u64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)+
                    _ => None,
                }
            }

            fn slot(&mut self, name: &str) -> Option<&mut u64> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)+
                    _ => None,
                }
            }
        }
    };
}

shop! {
    peak_rps, "requests/s", 1380, 1..=100_000, "More than twenty times a normal evening; forty instances serve it at seven tenths of what they can.";
    think_s, "s", 20, 1..=600, "A shopper asks for a page about every twenty seconds.";
    visit_requests, "requests", 25, 2..=1_000, "Pages of a visit, from the first look to the last.";
    cart_permille, "carts per 1,000 visits", 100, 1..=1_000, "One visit in ten fills a cart.";
    buy_permille, "purchases per 1,000 carts", 250, 0..=1_000, "One cart in four is bought: 2.5 % of visits.";
    cart_requests, "requests", 10, 1..=1_000, "Pages between the cart and the decision.";
    order_cents, "cents", 6_000, 0..=100_000_000, "A mean order of 60 dollars.";
    give_up_permille, "per 1,000 failed requests", 80, 0..=1_000, "On this night they want the bargain: after a failed page one in twelve gives up.";
    patience_ms, "ms", 3_000, 100..=600_000, "A page slower than three seconds tries a shopper's patience.";
    slow_leave_permille, "per 1,000 slow pages", 40, 0..=1_000, "Few leave at one slow page; after ten of them a third has left.";
    instance_rps, "requests/s", 50, 1..=10_000, "What one instance serves when all its time goes into pages.";
    target_permille, "per 1,000 of capacity", 650, 50..=1_000, "The autoscaler aims at 65 % so that a burst finds room.";
    tolerance_permille, "per 1,000 of the fleet", 20, 0..=1_000, "A fleet that is right within a fiftieth is left alone; the default of Kubernetes is a tenth, too lazy for a sale.";
    first_instances, "instances", 2, 1..=40, "A normal evening of 60 requests/s fits into two.";
    max_instances, "instances", 40, 1..=200, "What the database's pool of connections allows.";
    base_ms, "ms", 120, 1..=10_000, "A page that waits for nothing.";
    scale_period_s, "s", 15, 1..=600, "How often the autoscaler looks (the default of Kubernetes).";
    metric_delay_s, "s", 15, 0..=31, "A figure is 15 to 30 s old when the autoscaler sees it.";
    provision_min_s, "s", 60, 0..=3_600, "The fastest that a cloud gives a machine.";
    provision_max_s, "s", 90, 0..=3_600, "The slowest, on a busy night with machines to spare.";
    pull_s, "s", 10, 0..=3_600, "Fetching an image of a few hundred megabytes.";
    boot_s, "s", 8, 0..=3_600, "A process that loads nothing big is ready in seconds (IX on).";
    slow_boot_s, "s", 540, 0..=7_200, "Nine minutes: the catalogue is built at every start (IX off).";
    short_queue_s, "s of work", 2, 1..=60, "A web process of its own refuses what it cannot serve soon (VIII on).";
    long_queue_s, "s of work", 15, 1..=600, "One process for everything lets the queue grow (VIII off).";
    probe_s, "s", 30, 1..=600, "The balancer asks every instance for its health twice a minute.";
    probe_timeout_ms, "ms", 10_000, 100..=600_000, "An answer later than that counts as none.";
    probe_failures, "probes", 4, 1..=100, "Patient, because a restart of the old app costs nine minutes.";
    big_machine_permille, "per 1,000 of the first", 2_000, 1_000..=8_000, "Without process types one machine carries what two instances would.";
    resize_max_permille, "per 1,000 of that machine", 4_000, 1_000..=16_000, "The biggest machine on offer is four times as big.";
    resize_s, "s", 180, 1..=7_200, "Stopping, changing the type and starting the machine, without the app's own start.";
    receipt_work, "requests of work", 8, 0..=1_000, "A receipt as PDF made in the web process costs as much as eight pages (VIII off).";
    build_s, "s", 1_080, 1..=14_400, "Eighteen minutes: a build on somebody's laptop (III or V off).";
    rollback_s, "s", 90, 1..=14_400, "The release before is still there: one command (V on).";
    fix_s, "s", 900, 1..=14_400, "Writing a small change, testing it and releasing it by the pipeline (V on).";
    missing_permille, "per 1,000 fresh machines", 600, 0..=1_000, "Most machines that were never built from the list lack a package (II off).";
    install_first_s, "s", 420, 1..=7_200, "Finding out which package is missing, the first time.";
    install_next_s, "s", 150, 1..=7_200, "Installing it by hand again.";
    old_commit_permille, "per 1,000 new machines", 500, 0..=1_000, "Half of the copies were made from another commit (I off).";
    wrong_permille, "per 1,000 requests", 100, 0..=1_000, "Answers of another commit that are wrong here: one page in ten.";
    register_s, "s", 240, 1..=7_200, "Entering a machine into the shared web server and the balancer by hand (VII off).";
    migrate_s, "s", 20, 0..=600, "The window at the end of a start in which the migration runs (XII off).";
    lock_s, "s", 150, 0..=7_200, "How long the orders table is locked when two migrations meet.";
    disk_mb, "MB", 40_000, 100..=10_000_000, "The disk of a server that was there before the sale.";
    disk_used_mb, "MB", 11_000, 0..=9_000_000, "Logs of the days before, never taken away.";
    fresh_disk_mb, "MB", 8_000, 100..=10_000_000, "The disk of a fresh machine, less what the system takes.";
    log_kb, "kB per request", 20, 0..=10_000, "Requests are logged whole: someone left the level at debug (XI off).";
    look_s, "s", 120, 1..=7_200, "Finding a cause where all logs are searched in one place (XI on).";
    grep_s, "s", 1_200, 1..=14_400, "Finding it with grep in a file of 38 GB, on a machine under load (XI off).";
    clean_s, "s", 120, 1..=7_200, "Logging in and making room on one full disk.";
    page_s, "s", 120, 0..=7_200, "From the alarm until somebody sits at the keyboard.";
    alarm_permille, "per 1,000 requests", 200, 1..=1_000, "The alarm rings when one request in five has failed for a minute.";
    latent_carts, "carts", 8_000, 1..=1_000_000_000, "Rows in the table of carts at which production's database picks another plan; SQLite has no such moment (X off).";
    latent_speed_permille, "per 1,000 of speed", 400, 1..=1_000, "How fast pages are under that plan.";
    release_at_s, "s after 18:00", 22_800, 0..=43_199, "At 00:20 marketing wants a change, and it has a bug.";
    bug_permille, "per 1,000 requests", 150, 0..=1_000, "Requests that meet the bug.";
    swap_s, "s", 60, 1..=14_400, "Pointing the app at the replica (IV on).";
    restore_s, "s", 2_700, 1..=28_800, "Bringing the database back by hand where its address is everywhere (IV off).";
    rotate_s, "s", 120, 1..=14_400, "Changing a key in the environment (III on).";
    leak_at_s, "s after 18:00", 26_100, 0..=43_199, "At 01:15 a key is pasted into the team's chat.";
    sale_ends_s, "s after 18:00", 42_420, 0..=43_199, "At 05:47 the fleet may shrink; during the sale it does not.";
    extra_hour_tenth_cents, "tenths of a cent per instance-hour", 790, 0..=1_000_000, "0.79 dollars all in: a machine of 16 cores, its traffic, its logs.";
}

impl Shop {
    /// Sets a parameter.
    ///
    /// # Errors
    /// When there is no such parameter, or the value is outside its range.
    pub fn set(&mut self, name: &str, value: i128) -> Result<(), FieldError> {
        let wrong = |what: String| FieldError { name: name.to_owned(), what };
        let Some(field) = FIELDS.iter().find(|field| field.name == name) else {
            return Err(wrong("is no parameter of the night".to_owned()));
        };
        let allowed = u64::try_from(value).ok().filter(|value| (field.low..=field.high).contains(value));
        let Some(allowed) = allowed else {
            return Err(wrong(format!("is {value}; {} to {} {} are allowed", field.low, field.high, field.unit)));
        };
        if let Some(slot) = self.slot(name) {
            *slot = allowed;
        }
        Ok(())
    }

    /// What is wrong between parameters that are right by themselves.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldError> {
        let mut problems: Vec<FieldError> = FIELDS
            .iter()
            .filter_map(|field| {
                let value = self.get(field.name)?;
                let what = format!("is {value}; {} to {} {} are allowed", field.low, field.high, field.unit);
                (!(field.low..=field.high).contains(&value)).then(|| FieldError { name: field.name.to_owned(), what })
            })
            .collect();
        let mut ordered = |low: (&str, u64), high: (&str, u64)| {
            if low.1 > high.1 {
                problems
                    .push(FieldError { name: low.0.to_owned(), what: format!("is {}, more than `{}`: {}", low.1, high.0, high.1) });
            }
        };
        ordered(("provision_min_s", self.provision_min_s), ("provision_max_s", self.provision_max_s));
        ordered(("first_instances", self.first_instances), ("max_instances", self.max_instances));
        ordered(("disk_used_mb", self.disk_used_mb), ("disk_mb", self.disk_mb));
        ordered(("cart_requests", self.cart_requests), ("visit_requests", self.visit_requests));
        problems
    }

    /// Shoppers in the shop at the peak, if all are served.
    #[must_use]
    pub fn peak_shoppers(&self) -> u64 {
        self.peak_rps * self.think_s
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_outside_its_range_is_refused_by_name() {
        let mut shop = Shop::default();
        assert_eq!(shop.problems(), []);
        assert_eq!(shop.set("peak_rps", 0).unwrap_err().to_string(), "`peak_rps` is 0; 1 to 100000 requests/s are allowed");
        assert_eq!(shop.set("order_cents", -5).unwrap_err().name, "order_cents");
        assert_eq!(shop.set("moon", 1).unwrap_err().to_string(), "`moon` is no parameter of the night");
        assert_eq!(shop, Shop::default());
        shop.set("provision_min_s", 500).unwrap();
        assert_eq!(shop.problems().len(), 1);
    }

    #[test]
    fn every_parameter_says_why_and_its_value_is_allowed() {
        for field in FIELDS {
            assert!(field.why.ends_with('.') && !field.unit.is_empty(), "{}", field.name);
            assert!((field.low..=field.high).contains(&field.value), "{}", field.name);
            assert_eq!(Shop::default().get(field.name), Some(field.value));
        }
    }
}
