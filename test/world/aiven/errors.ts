/** The codes of Aiven's that this API answers with, of the closed list in Aiven's reference. */
export type ErrorCode =
  | 'account_not_found'
  | 'organization_not_found'
  | 'parent_account_too_deep'
  | 'permission_denied'
  | 'project_already_exists'
  | 'project_not_found'
  | 'service_not_found';

/** An error answer, in the shape of the Aiven API: `{"message", "errors": [{"message", "status", "error_code"?}]}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | undefined;

  /**
   * @param status the HTTP status
   * @param message as Aiven words it
   * @param code Aiven's `error_code`, where it gives one
   */
  constructor(status: number, message: string, code?: ErrorCode) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The body of the answer. */
  toBody(): unknown {
    const detail = {
      message: this.message,
      status: this.status,
      ...(this.code !== undefined && { error_code: this.code }),
      more_info: 'https://api.aiven.io/doc/',
    };
    return { message: this.message, errors: [detail] };
  }
}

/** A body that does not fit the operation. */
export const invalidInput = (what: string) => new ApiError(400, `Invalid input: ${what}`);

/** A `user_config` that does not fit the service type. */
export const invalidUserConfig = (what: string) => new ApiError(400, `Invalid 'user_config': ${what}`);

const NOT_FOUND = {
  Account: 'account_not_found',
  'Billing group': undefined,
  Organization: 'organization_not_found',
  Project: 'project_not_found',
  Service: 'service_not_found',
} as const satisfies Record<string, ErrorCode | undefined>;

/** Something that is not there, or that the token cannot see. */
export const notFound = (what: keyof typeof NOT_FOUND) =>
  new ApiError(404, `${what} does not exist`, NOT_FOUND[what]);

/** Something that the token may not do. */
export const forbidden = () =>
  new ApiError(403, 'Not authorized to perform this operation', 'permission_denied');

/** What Aiven answers for a while after a project was created, assigned or moved, and to strangers. */
export const notAMember = () => new ApiError(403, 'Not a project member');
