//! Somebody who speaks to the program.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// Somebody with or without a credential.
#[derive(Clone, Debug)]
pub struct Actor {
    client: Client,
    base: String,
    credential: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub json: Value,
    asked: String,
}

impl Actor {
    /// Nobody in particular.
    pub fn anonymous(base: &str) -> Self {
        // Redirects are followed by no test, and connections are not shared between tests.
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { client, base: base.to_owned(), credential: None }
    }

    /// The holder of a value for the Authorization header.
    pub fn with_token(base: &str, value: &str) -> Self {
        Self { credential: Some(value.to_owned()), ..Self::anonymous(base) }
    }

    /// Somebody who signs in.
    pub async fn sign_in(base: &str, email: &str, password: &str) -> Self {
        let nobody = Self::anonymous(base);
        let body = json!({ "email": email, "password": password });
        let answer = nobody.post("/api/_allauth/app/v1/auth/login", body).await.expect(200);
        Self { credential: answer.json["meta"]["access_token"].as_str().map(str::to_owned), ..nobody }
    }

    /// The value of the credential.
    pub fn credential(&self) -> &str {
        self.credential.as_deref().unwrap_or_default()
    }

    /// A request to be completed by the test.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.credential {
            Some(value) => request.header("authorization", format!("Token {value}")),
            None => request,
        }
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("an answer")
    }

    /// The same with a body that the server does not read to its end: whoever still writes when it hangs up may miss what
    /// it said.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let request = request.build()?;
        let asked = format!("{} {}", request.method(), request.url().path());
        let response = self.client.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        // A body that breaks off is nothing.
        let bytes = response.bytes().await.unwrap_or_default().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status: StatusCode::as_u16(&status), headers, bytes, text, json, asked })
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PATCH", path).json(&body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PUT", path).json(&body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    /// POST with a file as the body.
    pub async fn upload(&self, path: &str, name: &str, content: impl Into<reqwest::Body>) -> Answer {
        let disposition = format!("attachment; filename={name}");
        self.send(self.request("POST", path).header("content-disposition", disposition).body(content)).await
    }

    /// Any method, with an empty object as body where one is sent.
    pub async fn call(&self, method: &str, path: &str) -> Answer {
        let request = self.request(method, path);
        let request =
            if matches!(method, "POST" | "PUT" | "PATCH") { request.json(&crate::app::nothing()) } else { request };
        self.send(request).await
    }
}

impl Answer {
    /// Insists on a status.
    ///
    /// # Panics
    /// With the whole answer when it is another.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "most answers are only asked for their status")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered {}: {}", self.asked, self.status, self.text);
        self
    }

    /// The `id` of the body.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.text)).to_owned()
    }

    /// The rows of a page.
    #[track_caller]
    pub fn rows(&self) -> Vec<Value> {
        self.json["results"].as_array().unwrap_or_else(|| panic!("no page: {}", self.text)).clone()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
