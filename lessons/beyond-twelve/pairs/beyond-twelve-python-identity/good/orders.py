def handle(request, orders, tokens):
    claims = tokens.verify(
        request.headers.get("Authorization"),
        audience="orders",
    )
    if claims is None:
        return 401, "who are you?"
    order = orders[request.params["id"]]
    if order.customer != claims.subject:
        return 404, "no such order"
    return 200, order.as_json()
