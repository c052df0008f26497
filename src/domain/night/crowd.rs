//! Shoppers and their carts: how many are where, and what their answered and failed requests make of them.

/// What a division left over, so that over time nothing is lost to rounding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carry(u64);

impl Carry {
    /// `amount * part / whole`, with what is left kept for the next time. 0 when `whole` is 0.
    pub fn share(&mut self, amount: u64, part: u64, whole: u64) -> u64 {
        if whole == 0 || amount == 0 || part == 0 {
            return 0;
        }
        let sum = amount * part + self.0.min(whole - 1);
        self.0 = sum % whole;
        sum / whole
    }
}

/// Shoppers in one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pool {
    /// Shoppers without a cart.
    pub browsing: u64,
    /// Shoppers with a cart.
    pub carts: u64,
}

impl Pool {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.browsing + self.carts
    }
}

/// What left the pools so far. Shoppers in are `served + failed + left` and those still there; carts made are
/// `bought + lost + abandoned` and those still open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Who came.
    pub shoppers: u64,
    /// Who ended the visit as they meant to, with a purchase or without.
    pub served: u64,
    /// Who gave up after failed requests.
    pub failed: u64,
    /// Who left because it was slow, or because the cart was gone.
    pub left: u64,
    /// Carts that were filled.
    pub carts_made: u64,
    /// Carts that were bought.
    pub bought: u64,
    /// Carts that died with a session, or whose shopper could not go on.
    pub carts_lost: u64,
    /// Carts that would have been left in any shop.
    pub abandoned: u64,
}

/// The rates of behaviour, worked out once for a night, each as a share per 1,000,000 requests.
#[derive(Debug, Clone)]
pub struct Habits {
    cart: u64,
    end: u64,
    buy: u64,
    abandon: u64,
    give_up: u64,
    slow: u64,
}

const MILLION: u64 = 1_000_000;

impl Habits {
    /// From the parameters: a browser asks for `visit - carts * cart_requests` pages, a cart for `cart_requests`.
    #[must_use]
    pub fn of(shop: &super::Shop) -> Self {
        let visit = shop.visit_requests * 1_000;
        let browse = visit.saturating_sub(shop.cart_permille * shop.cart_requests).max(1_000);
        let cart = (MILLION * shop.cart_permille / browse).min(MILLION);
        Self {
            cart,
            end: (MILLION * 1_000 / browse).saturating_sub(cart),
            buy: MILLION * shop.buy_permille / (1_000 * shop.cart_requests),
            abandon: MILLION * (1_000 - shop.buy_permille) / (1_000 * shop.cart_requests),
            give_up: shop.give_up_permille * 1_000,
            slow: shop.slow_leave_permille * 1_000,
        }
    }
}

/// Remainders of one pool's flows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rests {
    part: Carry,
    cart: Carry,
    end: Carry,
    buy: Carry,
    abandon: Carry,
    give_up: Carry,
    upset: Carry,
    slow: Carry,
    slow_carts: Carry,
    blocked: Carry,
    rerouted: Carry,
    angry: Carry,
}

/// What became of a pool's requests in a second.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outcome {
    /// Answered as they should be.
    pub answered: u64,
    /// Refused, dropped or answered wrongly.
    pub failed: u64,
    /// Of the answered, those that came too slowly for a shopper's patience.
    pub slow: u64,
    /// Purchases that cannot be made just now, of 1,000.
    pub blocked_permille: u64,
    /// Requests that reach an instance which does not know the session, of 1,000.
    pub rerouted_permille: u64,
}

/// Lets a pool live through the outcome of its requests. Gives the purchases made, and those that failed at the till.
pub fn live(pool: &mut Pool, habits: &Habits, rests: &mut Rests, outcome: Outcome, tally: &mut Tally) -> (u64, u64) {
    let before = *pool;
    let of_carts = rests.part.share(outcome.answered, before.carts, before.all().max(1)).min(outcome.answered);
    let of_browsers = outcome.answered - of_carts;

    // With a cart: it may be gone, then bought or left.
    let rerouted = rests.rerouted.share(of_carts, outcome.rerouted_permille, 1_000).min(pool.carts);
    pool.carts -= rerouted;
    pool.browsing += rerouted;
    tally.carts_lost += rerouted;
    let angry = rests.angry.share(rerouted, 1, 4).min(pool.browsing);
    pool.browsing -= angry;
    tally.left += angry;
    let wish = rests.buy.share(of_carts - rerouted.min(of_carts), habits.buy, MILLION).min(pool.carts);
    let blocked = rests.blocked.share(wish, outcome.blocked_permille, 1_000).min(wish);
    let bought = wish - blocked;
    pool.carts -= bought;
    tally.bought += bought;
    let abandoned = rests.abandon.share(of_carts - rerouted.min(of_carts), habits.abandon, MILLION).min(pool.carts);
    pool.carts -= abandoned;
    tally.abandoned += abandoned;
    tally.served += bought + abandoned;

    // Without one: the visit ends, or a cart is filled.
    let ended = rests.end.share(of_browsers, habits.end, MILLION).min(pool.browsing);
    pool.browsing -= ended;
    tally.served += ended;
    let made = rests.cart.share(of_browsers, habits.cart, MILLION).min(pool.browsing);
    pool.browsing -= made;
    pool.carts += made;
    tally.carts_made += made;

    // Failed pages, and tills that do not open.
    let gone = rests.give_up.share(outcome.failed + blocked, habits.give_up, MILLION).min(pool.all());
    let gone = leave(pool, gone, &mut rests.upset, tally);
    tally.failed += gone;
    let gone = rests.slow.share(outcome.slow, habits.slow, MILLION).min(pool.all());
    let gone = leave(pool, gone, &mut rests.slow_carts, tally);
    tally.left += gone;
    (bought, blocked)
}

/// Takes `gone` shoppers out, with and without carts alike. Gives how many.
fn leave(pool: &mut Pool, gone: u64, rest: &mut Carry, tally: &mut Tally) -> u64 {
    let carts = rest.share(gone, pool.carts, pool.all().max(1)).min(pool.carts).min(gone);
    let browsing = (gone - carts).min(pool.browsing);
    pool.carts -= carts;
    pool.browsing -= browsing;
    tally.carts_lost += carts;
    carts + browsing
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::night::Shop;

    #[test]
    fn shares_lose_nothing_over_time() {
        let mut carry = Carry::default();
        let sum: u64 = (0..999).map(|_| carry.share(7, 1, 9)).sum();
        assert_eq!(sum, 777);
        assert_eq!(carry.share(5, 3, 0), 0);
    }

    #[test]
    fn a_visit_of_which_all_is_answered_buys_as_often_as_it_should() {
        let shop = Shop::default();
        let (habits, mut rests, mut tally) = (Habits::of(&shop), Rests::default(), Tally::default());
        let mut pool = Pool::default();
        let mut requests = 0;
        for _ in 0..200_000 {
            pool.browsing += 10;
            tally.shoppers += 10;
            let answered = pool.all() / 20;
            requests += answered;
            live(&mut pool, &habits, &mut rests, Outcome { answered, ..Outcome::default() }, &mut tally);
        }
        assert_eq!(tally.shoppers, tally.served + pool.all());
        assert_eq!(tally.carts_made, tally.bought + tally.abandoned + pool.carts);
        let per_thousand = tally.bought * 1_000 / tally.served;
        assert!((24..=26).contains(&per_thousand), "{per_thousand}");
        let visit = requests / tally.served;
        assert!((24..=26).contains(&visit), "{visit} requests a visit");
    }
}
