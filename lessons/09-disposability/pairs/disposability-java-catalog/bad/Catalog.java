import java.util.HashMap;
import java.util.Map;

final class Catalog {
  private final Map<String, Product> known =
      new HashMap<>();

  Catalog(Database db) {
    for (String sku : db.allSkus()) {
      known.put(sku, db.load(sku));
    }
  }

  Product find(String sku) {
    return known.get(sku);
  }
}
