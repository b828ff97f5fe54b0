import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.security.auth.Subject;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.network.ChannelMetadataRegistry;
import org.apache.kafka.common.network.CipherInformation;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.network.TransportLayer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.SaslAuthenticateRequest;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.authenticator.SaslServerAuthenticator;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule;
import org.apache.kafka.common.utils.Time;

/**
 * Judges tokens as a broker does: Kafka's own configuration, callback handler, validator and SASL authenticator, with
 * bytes in memory in place of a connection.
 *
 * <p>Reads one JSON object a line, {@code {"id", "token", "properties"}}, where the properties are a broker's, and prints
 * one a line, {@code {"id", "at", "until", "accepted", "principal", "reason"}}.
 */
public final class Judge {
    private static final String MECHANISM = "OAUTHBEARER";
    private static final ListenerName LISTENER = new ListenerName("SASL");
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final int LONGEST_REASON = 4000;

    // Half a surrogate pair has no UTF-8.
    private final ObjectMapper json = new ObjectMapper().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Map<String, Broker> brokers = new HashMap<>();
    private final SocketChannel connection = loopback();

    private Judge() throws IOException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        // Registers the SASL server, as reading the JAAS configuration does in a broker.
        new OAuthBearerLoginModule();
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream verdicts = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Judge judge = new Judge();
        BufferedReader cases = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = cases.readLine(); line != null; line = cases.readLine())
            verdicts.println(judge.judge(judge.json.readTree(line)));
        System.exit(0);
    }

    private String judge(JsonNode question) throws IOException {
        ObjectNode verdict = json.createObjectNode().put("id", question.get("id").asText());
        log.reset();
        verdict.put("at", System.currentTimeMillis());
        try {
            SaslServerAuthenticator authenticator = broker(question.get("properties")).authenticator();
            authenticate(authenticator, question.get("token").asText());
            verdict.put("accepted", authenticator.complete());
            if (authenticator.complete()) verdict.put("principal", authenticator.principal().toString());
        } catch (Exception failure) {
            verdict.put("accepted", false);
            failure.printStackTrace(System.err);
        }
        verdict.put("until", System.currentTimeMillis());
        String reason = log.toString(StandardCharsets.UTF_8);
        return json.writeValueAsString(verdict.put("reason", reason.substring(0, Math.min(reason.length(), LONGEST_REASON))));
    }

    private Broker broker(JsonNode properties) {
        return brokers.computeIfAbsent(properties.toString(), key -> {
            Properties configuration = new Properties();
            properties.fields().forEachRemaining(property -> configuration.put(property.getKey(), property.getValue().asText()));
            return new Broker(configuration);
        });
    }

    private void authenticate(SaslServerAuthenticator authenticator, String token) throws IOException {
        byte[] message = ("n,,\u0001auth=Bearer " + token + "\u0001\u0001").getBytes(StandardCharsets.UTF_8);
        wire.send(request(new SaslHandshakeRequest.Builder(
            new SaslHandshakeRequestData().setMechanism(MECHANISM)).build((short) 1), ApiKeys.SASL_HANDSHAKE, (short) 1));
        authenticator.authenticate();
        wire.send(request(new SaslAuthenticateRequest.Builder(
            new SaslAuthenticateRequestData().setAuthBytes(message)).build((short) 2), ApiKeys.SASL_AUTHENTICATE, (short) 2));
        authenticator.authenticate();
        if (!authenticator.complete()) authenticator.authenticate();
    }

    private static ByteBuffer request(AbstractRequest request, ApiKeys api, short version) {
        ByteBuffer body = request.serializeWithHeader(new RequestHeader(api, version, "judge", 1));
        return ByteBuffer.allocate(4 + body.remaining()).putInt(body.remaining()).put(body).flip();
    }

    private static SocketChannel loopback() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return SocketChannel.open(server.getLocalAddress());
        }
    }

    /** The part of a broker that authenticates, configured once for each set of properties. */
    private final class Broker {
        private final Map<String, ?> configuration;
        private final AuthenticateCallbackHandler handler;

        Broker(Properties properties) {
            Map<String, String> sorted = new TreeMap<>();
            properties.forEach((name, value) -> sorted.put((String) name, (String) value));
            sorted.forEach((name, value) -> {
                if (name.endsWith("jwks.endpoint.url")) System.setProperty(ALLOWED_URLS, value);
            });
            configuration = KafkaConfig.fromProps(properties).valuesWithPrefixOverride(LISTENER.configPrefix());
            Object handlerClass = configuration.get("oauthbearer.sasl.server.callback.handler.class");
            try {
                handler = (AuthenticateCallbackHandler) ((Class<?>) handlerClass).getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
            handler.configure(configuration, MECHANISM,
                JaasContext.loadServerContext(LISTENER, MECHANISM, configuration).configurationEntries());
        }

        SaslServerAuthenticator authenticator() {
            wire.clear();
            return new SaslServerAuthenticator(configuration, Map.of(MECHANISM, handler), "judge", Map.of(MECHANISM, new Subject()),
                null, LISTENER, SecurityProtocol.SASL_SSL, wire, Map.of(MECHANISM, 0L), METADATA,
                Time.SYSTEM, version -> null);
        }
    }

    private static final ChannelMetadataRegistry METADATA = new ChannelMetadataRegistry() {
        @Override
        public void registerCipherInformation(CipherInformation cipher) {}

        @Override
        public CipherInformation cipherInformation() {
            return null;
        }

        @Override
        public void registerClientInformation(ClientInformation client) {}

        @Override
        public ClientInformation clientInformation() {
            return null;
        }

        @Override
        public void close() {}
    };

    private final Wire wire = new Wire();

    /** A connection whose requests come from memory and whose responses nobody reads. */
    private final class Wire implements TransportLayer {
        private ByteBuffer incoming = ByteBuffer.allocate(0);

        void send(ByteBuffer request) {
            incoming = request;
        }

        void clear() {
            incoming = ByteBuffer.allocate(0);
        }

        @Override
        public int read(ByteBuffer target) {
            int length = Math.min(target.remaining(), incoming.remaining());
            ByteBuffer part = incoming.slice().limit(length);
            target.put(part);
            incoming.position(incoming.position() + length);
            return length;
        }

        @Override
        public long read(ByteBuffer[] targets) {
            return read(targets, 0, targets.length);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int count) {
            long total = 0;
            for (int index = offset; index < offset + count; index++) total += read(targets[index]);
            return total;
        }

        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            source.position(source.limit());
            return length;
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int count) {
            long total = 0;
            for (int index = offset; index < offset + count; index++) total += write(sources[index]);
            return total;
        }

        @Override
        public SocketChannel socketChannel() {
            return connection;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public boolean finishConnect() {
            return true;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean hasPendingWrites() {
            return false;
        }

        @Override
        public boolean hasBytesBuffered() {
            return false;
        }

        @Override
        public boolean isMute() {
            return false;
        }

        @Override
        public SelectionKey selectionKey() {
            return null;
        }

        @Override
        public Principal peerPrincipal() {
            return null;
        }

        @Override
        public long transferFrom(FileChannel file, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void handshake() {}

        @Override
        public void disconnect() {}

        @Override
        public void addInterestOps(int operations) {}

        @Override
        public void removeInterestOps(int operations) {}

        @Override
        public void close() {}
    }
}
