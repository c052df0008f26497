import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

final class Stock {
  private final Map<String, Integer> free;

  Stock(Map<String, Integer> atStart) {
    free = new ConcurrentHashMap<>(atStart);
  }

  boolean reserve(String sku) {
    Integer left = free.computeIfPresent(
        sku, (key, n) -> n - 1);
    return left != null && left >= 0;
  }
}
