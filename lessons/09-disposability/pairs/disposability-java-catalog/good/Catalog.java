import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

final class Catalog {
  private final Map<String, Product> known =
      new ConcurrentHashMap<>();
  private final Database db;

  Catalog(Database db) {
    this.db = db;
  }

  Product find(String sku) {
    return known.computeIfAbsent(sku, db::load);
  }
}
