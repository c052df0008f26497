package shop

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
)

var tracer = otel.Tracer("shop")
var meter = otel.Meter("shop")
var paid, _ = meter.Int64Counter("orders.paid")

func (s *Shop) Buy(ctx context.Context, o Order) error {
	ctx, span := tracer.Start(ctx, "checkout")
	defer span.End()
	if err := s.pay(ctx, o); err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, "payment failed")
		return err
	}
	paid.Add(ctx, 1)
	return nil
}
