import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;

final class DataSources {
  static DataSource orders(String jdbcUrl) {
    var pool = new HikariConfig();
    pool.setJdbcUrl(jdbcUrl);
    return new HikariDataSource(pool);
  }
}
