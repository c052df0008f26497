import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

final class Database {
  private static final String URL =
      System.getenv("DB_URL");
  private static final String PASSWORD =
      System.getenv("DB_PASSWORD");

  static Connection open() throws SQLException {
    return DriverManager.getConnection(
        URL, "shop", PASSWORD);
  }
}
