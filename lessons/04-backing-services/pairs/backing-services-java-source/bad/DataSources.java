import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;

final class DataSources {
  static DataSource orders() {
    var pool = new HikariConfig();
    if (System.getenv("ON_LAPTOP") != null) {
      pool.setJdbcUrl("jdbc:h2:mem:shop");
    } else {
      pool.setJdbcUrl("jdbc:postgresql://10.0.3.17/shop");
    }
    return new HikariDataSource(pool);
  }
}
