import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;

/**
 * Runs another program with one authority in the place of the public ones, so that its own settings need not speak of
 * the authority of an identity provider, as they need not where that is a public one.
 *
 * <p>Arguments: the authority's PEM file, the class to run, the arguments of that class.
 */
public final class Trusting {
    private static final String PASSWORD = "changeit";

    private Trusting() {}

    public static void main(String[] arguments) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(arguments[0]))) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                trusted.setCertificateEntry("authority", certificate);
        }
        Path file = Files.createTempFile(Path.of(arguments[0]).toAbsolutePath().getParent(), "trusted", ".p12");
        file.toFile().deleteOnExit();
        try (OutputStream target = Files.newOutputStream(file)) {
            trusted.store(target, PASSWORD.toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStoreType", KeyStore.getDefaultType());
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
        Class.forName(arguments[1]).getMethod("main", String[].class).invoke(null, (Object) rest);
    }
}
