/** An error answer, in the shape of the Aiven API: `{"message", "errors": [{"message", "status", "error_code"?}]}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;

  /**
   * @param status the HTTP status
   * @param message as Aiven words it
   * @param code Aiven's `error_code`, where it gives one
   */
  constructor(status: number, message: string, code?: string) {
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

/** Something that is not there, or that the token cannot see. */
export const notFound = (what: 'Account' | 'Organization' | 'Project' | 'Service') =>
  new ApiError(404, `${what} does not exist`, `${what.toLowerCase()}_not_found`);
