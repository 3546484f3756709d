import QRCode from "qrcode";

/** A QR code: `size` × `size` modules, row by row, 1 is dark. */
export interface QrModules {
  readonly size: number;
  readonly data: Uint8Array;
}

/** ISO/IEC 18004 §9.1: four modules of nothing all around. */
export const QUIET_MODULES = 4;
const PIXELS_PER_MODULE = 8;
/** Level M: what is read off a folded sheet or a scratched screen has up to 15 % repaired. */
const LEVEL = "M";

/** Codes are of QR's alphanumeric characters only, at 5.5 bits each. */
function segmentsOf(code: string) {
  return [{ data: code, mode: "alphanumeric" as const }];
}

export function qrModules(code: string): QrModules {
  const { size, data } = QRCode.create(segmentsOf(code), { errorCorrectionLevel: LEVEL }).modules;
  return { size, data };
}

/** The code as a PNG image, some 450 pixels wide. */
export function qrPng(code: string): Promise<Buffer> {
  const options = { errorCorrectionLevel: LEVEL, margin: QUIET_MODULES, scale: PIXELS_PER_MODULE } as const;
  return QRCode.toBuffer(segmentsOf(code), { type: "png", ...options });
}

/** The code as an SVG image. */
export function qrSvg(code: string): Promise<string> {
  return QRCode.toString(segmentsOf(code), {
    type: "svg",
    errorCorrectionLevel: LEVEL,
    margin: QUIET_MODULES,
  });
}
