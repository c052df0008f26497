def handle(request, orders):
    user = request.headers.get("X-User")
    if user is None:
        return 401, "who are you?"
    order = orders[request.params["id"]]
    return 200, order.as_json()
