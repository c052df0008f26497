import static org.junit.jupiter.api.Assertions.*;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class OrderRepositoryTest {
    static final String URL =
        "jdbc:tc:postgresql:15.8:///shop";

    @Test
    void findsOpenOrders() throws Exception {
        try (var db = DriverManager.getConnection(URL)) {
            var orders = new OrderRepository(db);
            orders.createSchema();
            orders.add("A-1", "open");
            assertEquals(1, orders.open().size());
        }
    }
}
