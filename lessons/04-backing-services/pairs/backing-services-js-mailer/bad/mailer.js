import { spawn } from "node:child_process";
import { once } from "node:events";

const from = "orders@fernhill.example";

export async function sendReceipt(to, text) {
  const args = ["-f", from, to];
  const mail = spawn("/usr/sbin/sendmail", args);
  mail.stdin.end(`Subject: Your receipt\n\n${text}\n`);
  const [code] = await once(mail, "close");
  if (code !== 0) throw new Error(`sendmail: ${code}`);
}
