-- release 42, step 1 of 3: expand
SET lock_timeout = '2s';
BEGIN;

ALTER TABLE orders
  ADD COLUMN total_cents bigint;

COMMIT;
-- code of 42 writes both, still reads sum
-- 43: fill old rows, read total_cents
-- 44, contract: drop sum
