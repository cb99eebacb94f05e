/** A QR code in half blocks, two rows of modules to a line; the only importer of the library. */
export const qrCode = async (text: string): Promise<string> => {
  const { default: codes } = await import('qrcode')
  return `${await codes.toString(text, { type: 'utf8', errorCorrectionLevel: 'L' })}\n`
}
