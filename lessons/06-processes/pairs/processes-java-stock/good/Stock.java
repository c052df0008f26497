import java.sql.SQLException;
import javax.sql.DataSource;

final class Stock {
  private static final String TAKE_ONE =
      "UPDATE stock SET free = free - 1"
      + " WHERE sku = ? AND free > 0";
  private final DataSource db;

  Stock(DataSource db) {
    this.db = db;
  }

  boolean reserve(String sku) throws SQLException {
    try (var con = db.getConnection();
        var take = con.prepareStatement(TAKE_ONE)) {
      take.setString(1, sku);
      return take.executeUpdate() == 1;
    }
  }
}
