/** A message as it goes over TCP: its length in two octets, then itself. */
export function frame(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/**
 * Takes what TCP brings, in pieces of any size, and hands on each message that is complete. It
 * keeps at most one message: 65,535 octets.
 */
export function createDeframer(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0);
      const message = held.subarray(2, end);
      held = held.subarray(end);
      onMessage(message);
    }
  };
}
