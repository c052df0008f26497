import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

final class Database {
  private static final String URL =
      System.getenv("DB_URL");
  private static final Path PASSWORD_FILE =
      Path.of(System.getenv("DB_PASSWORD_FILE"));

  static Connection open()
      throws SQLException, IOException {
    String password =
        Files.readString(PASSWORD_FILE).strip();
    return DriverManager.getConnection(
        URL, "shop", password);
  }
}
