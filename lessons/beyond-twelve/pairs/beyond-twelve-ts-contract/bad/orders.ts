import { Router } from "express";
import { findOrder } from "./store";

export const orders = Router();

orders.get("/orders/:id", async (req, res) => {
  const order = await findOrder(req.params.id);
  if (!order) {
    res.sendStatus(404);
    return;
  }
  res.json(order);
});
