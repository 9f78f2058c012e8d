/** A signed statement of which events there were: `root` covers those recorded after `from` and up to `to`. */
export interface CheckpointRecord {
  /** 1, 2, 3 … without a gap. */
  _id: number;
  from: Date;
  to: Date;
  events: number;
  root: string;
  /** Digest of the checkpoint before it; empty for the first. */
  prev: string;
  digest: string;
  keyId: string;
  /** Ed25519 over the digest's text, base64. */
  signature: string;
}
