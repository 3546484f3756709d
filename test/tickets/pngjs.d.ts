/** pngjs has no types of its own; this is what the tests use of it. */
declare module "pngjs" {
  export const PNG: {
    readonly sync: {
      read(data: Buffer): { readonly width: number; readonly height: number; readonly data: Buffer };
    };
  };
}
