/** What one process grants its sockets. */
export interface RealtimeLimits {
  /** Longest frame, and longest polling request, that is read. */
  readonly frameBytesMax: number;
  /** Connections of this process. */
  readonly socketsMax: number;
  /** Connections of one address to this process. */
  readonly socketsPerIpMax: number;
  /** Authenticated connections of one person to this process. */
  readonly socketsPerUserMax: number;
  /** Events that one socket may follow. */
  readonly eventsPerSocketMax: number;
  /** Emits of one socket that wait for their answer. */
  readonly emitsInFlightMax: number;
  /** Frames that one connection may send within a second. */
  readonly framesPerSecondMax: number;
  /** What may wait to be sent to a connection that reads too slowly. */
  readonly bufferedBytesMax: number;
  /** With more than this waiting, a connection gets an event's figures only when it has caught up: the latest. */
  readonly figuresBehindBytesMax: number;
  /** How long a socket may stay without having authenticated. */
  readonly authenticateMs: number;
  /** How often each socket's token is verified anew: it may have expired, or a notice of its end may be lost. */
  readonly recheckMs: number;
  /** Least time between two pushes about the same event. */
  readonly eventPushIntervalMs: number;
  /** How long a closed connection may take over the closing handshake. */
  readonly closeGraceMs: number;
}

export const DEFAULT_LIMITS: RealtimeLimits = {
  frameBytesMax: 65_536,
  socketsMax: 20_000,
  socketsPerIpMax: 1_000,
  socketsPerUserMax: 20,
  eventsPerSocketMax: 100,
  emitsInFlightMax: 128,
  framesPerSecondMax: 300,
  bufferedBytesMax: 1_048_576,
  figuresBehindBytesMax: 8_192,
  authenticateMs: 10_000,
  recheckMs: 60_000,
  eventPushIntervalMs: 250,
  closeGraceMs: 500,
};
