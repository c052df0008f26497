import { Router } from "express";
import type { components } from "./openapi";
import { findOrder } from "./store";

type Order = components["schemas"]["Order"];

export const orders = Router();

orders.get("/orders/:id", async (req, res) => {
  const order = await findOrder(req.params.id);
  if (!order) {
    res.sendStatus(404);
    return;
  }
  const { id, total } = order;
  const body: Order = { id, total };
  res.json(body);
});
