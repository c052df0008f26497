import nodemailer from "nodemailer";

const from = "orders@fernhill.example";
const smtp = nodemailer.createTransport(
  process.env.SMTP_URL,
);

export async function sendReceipt(to, text) {
  const subject = "Your receipt";
  await smtp.sendMail({ from, to, subject, text });
}
