import sharp from "sharp";

export const dynamic = "force-dynamic";

export async function GET() {
  const { format } = await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } }).png().toBuffer({ resolveWithObject: true }).then((r) => r.info);
  return Response.json({ ok: true, format, arch: process.arch });
}
