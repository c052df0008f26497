package shop

import (
	"context"
	"log"
)

func (s *Shop) Buy(ctx context.Context, o Order) error {
	log.Printf("checkout of %s begins", o.ID)
	if err := s.pay(ctx, o); err != nil {
		log.Printf("payment of %s failed: %v", o.ID, err)
		return err
	}
	log.Printf("checkout of %s done", o.ID)
	return nil
}
