import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * A client as anyone would write it: logs in with a {@code client.properties} and asks which cluster it is.
 *
 * <p>Prints {@code authenticated CLUSTER}, or {@code turned away CLASS: MESSAGE} with the error that Kafka's client gives.
 */
public final class Client {
    private Client() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(file);
        }
        properties.putAll(Map.of("default.api.timeout.ms", "60000", "request.timeout.ms", "20000"));
        try (Admin admin = Admin.create(properties)) {
            System.out.println("authenticated " + admin.describeCluster().clusterId().get());
        } catch (ExecutionException | KafkaException failure) {
            Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
            System.out.println("turned away " + cause.getClass().getSimpleName() + ": " + cause.getMessage());
        }
        System.exit(0);
    }
}
