//! Mail out, when SMTP is configured. Sending never blocks a request and never fails it.

use engine::mail::{Letter, Post};
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::response::{Category, Code, Detail};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::Semaphore;

/// How mail leaves.
#[derive(Clone, Default)]
pub struct Smtp {
    /// Server name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub encryption: String,
    /// Account, if the server wants one.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// Sender of all mail.
    pub from: String,
}

/// The password stays out of logs.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// The way out, or none.
#[derive(Clone, Debug, Default)]
pub struct Mailer(Option<(AsyncSmtpTransport<Tokio1Executor>, Mailbox)>);

impl Mailer {
    /// No mail at all.
    pub fn none() -> Self {
        Self(None)
    }

    /// Over SMTP. `Err` says what is wrong with the settings.
    pub fn smtp(settings: &Smtp) -> Result<Self, String> {
        type Transport = AsyncSmtpTransport<Tokio1Executor>;
        let from: Mailbox = settings.from.parse().map_err(|error| format!("smtp.from: {error}"))?;
        let mut builder = match settings.encryption.as_str() {
            "none" => Transport::builder_dangerous(&settings.host),
            "starttls" => Transport::starttls_relay(&settings.host).map_err(|error| error.to_string())?,
            "tls" => Transport::relay(&settings.host).map_err(|error| error.to_string())?,
            other => return Err(format!("smtp.encryption: {other} is none of none, starttls, tls")),
        };
        builder = builder.port(settings.port);
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self(Some((builder.build(), from))))
    }

    /// Whether mail can leave.
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Sends a text in the background; failures are logged.
    pub fn send(&self, to: &str, subject: &str, text: String) {
        let (mailer, to, subject) = (self.clone(), to.to_owned(), subject.to_owned());
        tokio::spawn(async move { mailer.deliver(&to, &subject, text, None).await });
    }

    /// Sends a text and waits until the server has it; failures are logged. Of many at once some wait for their turn:
    /// mail servers refuse too many connections. Mails with the same `name` are one mail to whoever gets several.
    pub async fn deliver(&self, to: &str, subject: &str, text: String, name: Option<&str>) -> Delivery {
        static TURNS: Semaphore = Semaphore::const_new(25);
        let Some((transport, from)) = self.0.clone() else { return Delivery::Later };
        let Ok(to) = to.parse::<Mailbox>() else { return Delivery::Refused };
        let mut message = Message::builder().from(from.clone()).to(to).subject(subject);
        if let Some(name) = name {
            message = message.message_id(Some(format!("<{name}@{}>", from.email.domain())));
        }
        let message = match message.body(text) {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(%error, "a mail could not be written");
                return Delivery::Refused;
            }
        };
        let _turn = TURNS.acquire().await;
        match transport.send(message).await {
            Ok(_) => Delivery::Taken,
            Err(error) => {
                tracing::warn!(%error, "a mail could not be sent");
                if is_final(&error) { Delivery::Refused } else { Delivery::Later }
            }
        }
    }
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server has it.
    Taken,
    /// Nobody can send it: trying again says the same.
    Refused,
    /// The mail server was not there, or not in the mood.
    Later,
}

/// Whether the mailbox or the mail itself was refused (RFC 5321: 550 to 553). The other refusals for good are about
/// the server or our account there: somebody mends that, and then the mail leaves.
fn is_final(error: &lettre::transport::smtp::Error) -> bool {
    let detail = |code: Code| matches!(code.detail, Detail::Zero | Detail::One | Detail::Two | Detail::Three);
    error.is_permanent() && error.status().is_some_and(|code| code.category == Category::MailSystem && detail(code))
}

/// The mailer as the rooms above the engine reach it.
#[derive(Debug)]
pub struct PostOffice {
    mailer: Mailer,
    address: String,
}

impl PostOffice {
    /// Mail by this mailer, with links that begin with this scheme and host.
    pub fn new(mailer: Mailer, address: String) -> Self {
        Self { mailer, address }
    }
}

impl Post for PostOffice {
    fn send(&self, letter: Letter) {
        self.mailer.send(&letter.to, letter.subject, letter.text);
    }

    fn address(&self) -> &str {
        &self.address
    }
}
