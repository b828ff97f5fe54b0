/** Why a token is turned down. Its texts are plain, on one line, of bounded length, and hold no part of the signature. */
export interface Objection {
  /** The claim or header that it is about, or `signature`, or `token` for the token as a whole. */
  readonly claim: string;
  /** What the token has. */
  readonly has: string;
  /** What is expected, in words that fit after “expects”. */
  readonly expects: string;
  /** The way out, as a sentence that names the input to change as `action.yml` names it. */
  readonly remedy: string;
}

/** What a broker, or Schema Registry, has to say to a token. */
export interface Verdict {
  readonly accepted: boolean;
  /** What came of verifying the signature; it was not looked at where the keys are not known. */
  readonly signature: 'verified' | 'refused' | 'not looked at';
  /** `User:NAME`, as in an ACL; null when the token is refused, and where there are no principals. */
  readonly principal: string | null;
  /** All reasons at once; empty when the token is accepted. */
  readonly refusals: readonly Objection[];
  /** What is worth knowing but decides nothing, and what cannot be known from here; sentences. */
  readonly notes: readonly string[];
  /** When the token expires, when it says so. */
  readonly expiresAt: Date | null;
}

/** The settings of the broker that a token is to be shown to. */
export interface TokenExpectations {
  /** `kafka.sasl_oauthbearer_expected_issuer`. */
  readonly issuer: string | null;
  /** The items of `kafka.sasl_oauthbearer_expected_audience`; empty when it is unset. */
  readonly audiences: readonly string[];
  /** `kafka.sasl_oauthbearer_sub_claim_name`, `sub` when it is unset. */
  readonly subjectClaim: string;
  /** The version of Kafka as in `kafka_version`, such as `4.1`; null when it is not known. */
  readonly kafkaVersion?: string | null;
}
