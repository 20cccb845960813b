// What shaka-player is told once for all plays.

/** Measured to give no stall when an edge dies, freezes or refuses; the defaults do stall. */
export const kRetryParameters = {
  maxAttempts: 4,
  baseDelay: 100,
  backoffFactor: 1.5,
  fuzzFactor: 0.3,
  connectionTimeout: 2000,
  stallTimeout: 2000,
  timeout: 10_000,
};

export const kPlayerSettings = {
  streaming: {
    bufferingGoal: 30,
    retryParameters: kRetryParameters,
    preferNativeHls: false,
    preferNativeDash: false,
    useNativeHlsForFairPlay: false,
    segmentPrefetchLimit: 1,
    // shaka compares the number of arguments with its own.
    failureCallback: (error: unknown) => void error,
  },
  // Captions come from the play: shaka holds those of an HLS manifest back until the next piece of video arrives, and
  // when all of the film is there already, none does.
  manifest: { retryParameters: kRetryParameters, disableText: true },
};
