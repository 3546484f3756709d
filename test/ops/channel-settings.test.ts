import { expect } from "chai";
import { readMailSender } from "../../src/notifications/channels/mail-address.ts";
import { ConfigError, loadConfig } from "../../src/ops/config.ts";

const MAIL = { SMTP_URL: "smtps://mailer:pw@mail.example.com", MAIL_FROM: "Evently <tickets@example.com>" };
const SMS = {
  SMS_ACCOUNT_SID: "AC00000000000000000000000000000001",
  SMS_AUTH_TOKEN: "a-token-of-these-tests",
  SMS_FROM: "+15005550006",
};

const problemsOf = (env: Readonly<Record<string, string>>): string => {
  try {
    loadConfig(env);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

describe("the settings of channels", () => {
  it("are taken together", () => {
    expect(problemsOf({ ...MAIL, ...SMS })).to.equal("");
    expect(loadConfig({})).to.include({ SMTP_URL: null, SMTP_TLS: "required", SMS_FROM: null });
  });

  it("are set as groups, all or none", () => {
    expect(problemsOf({ SMTP_URL: MAIL.SMTP_URL })).to.include("missing: MAIL_FROM");
    expect(problemsOf({ MAIL_FROM: MAIL.MAIL_FROM })).to.include("missing: SMTP_URL");
    expect(problemsOf({ VAPID_PRIVATE_KEY: "a".repeat(43) })).to.include("missing: VAPID_PUBLIC_KEY");
    expect(problemsOf({ SMS_FROM: SMS.SMS_FROM })).to.include("missing: SMS_ACCOUNT_SID, SMS_AUTH_TOKEN");
  });

  it("are refused where they cannot work, without their secrets being told", () => {
    const wrong: Readonly<Record<string, readonly string[]>> = {
      SMTP_URL: ["mail.example.com", "https://u:hush-hush@mail.example.com", "smtp://"],
      MAIL_FROM: ["tickets", "a@b, c@d", "Evently <a@b> <c@d>", "Evently\r\nBcc: x <a@b>", "<>", "a@b(c)"],
      VAPID_PUBLIC_KEY: ["short", "+".repeat(87)],
      VAPID_SUBJECT: ["you@example.com", "http://example.com", "mailto:"],
      SMS_API_URL: ["http://api.example.com", "ftp://x"],
      SMS_AUTH_TOKEN: ["hush-hush"],
      SMS_FROM: ["+0", "a name that is too long", ""],
      PASSWORD_RESET_URL: ["http://shop.example.com/reset", "javascript:alert(1)"],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values.filter((given) => given !== "")) {
        const problems = problemsOf({ ...MAIL, ...SMS, [name]: value });
        expect(problems, `${name}=${value}`).to.include(`- ${name}: `);
        expect(problems).not.to.include("hush-hush");
      }
    }
  });

  it("take a sender in the same forms that mails are sent from", () => {
    const forms = [
      ["tickets@example.com", { name: "", address: "tickets@example.com" }],
      ["Evently <tickets@example.com>", { name: "Evently", address: "tickets@example.com" }],
      ['"Hall, The" <a.b+c@example.com>', { name: "Hall, The", address: "a.b+c@example.com" }],
    ] as const;
    for (const [text, sender] of forms) {
      expect(problemsOf({ ...MAIL, MAIL_FROM: text })).to.equal("");
      expect(readMailSender(text)).to.deep.equal(sender);
    }
    expect(readMailSender("a@b, c@d")).to.equal(null);
  });
});
