/** What the engine sends at a preview for a value that is not known yet (`pulumi.runtime.unknownValue`, sdk/nodejs/runtime/rpc.ts). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
