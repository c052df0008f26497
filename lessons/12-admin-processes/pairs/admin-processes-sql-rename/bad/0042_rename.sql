-- release 42
BEGIN;

ALTER TABLE orders
  RENAME COLUMN sum TO total_cents;

COMMIT;
