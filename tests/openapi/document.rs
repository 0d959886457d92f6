//! What the document says, by what is configured.

use std::collections::BTreeSet;

use fastauth::{
    Any, Auth, AuthUser, Claims, CookieConfig, CurrentUser, Fresh, Guard, PasswordHash, Permission,
    Public, Require, RequireScope, Router,
    config::Limits,
    openapi::{
        Accounts,
        utoipa::openapi::{Info, OpenApi, Paths},
    },
    password::PasswordPolicy,
    routing::{any, get, post},
    store::Memory,
    token::DatabaseStrategy,
};
use fastauth_tests::{BASE_URL, SECRET};
use serde_json::{Value, json};

use crate::{
    accounts::{self, Can, User, can},
    valid::validated,
};

/// No more than there must be.
#[derive(AuthUser)]
#[auth(id, username, password_hash)]
struct Bare {
    id: i64,
    username: String,
    password_hash: PasswordHash,
}

async fn bare() -> Auth<Bare> {
    let built = Auth::<Bare>::builder().base_url(BASE_URL).secret(SECRET).throttle(Limits::off());
    built.store(Memory::new()).build().await.expect("a complete application")
}

fn own() -> OpenApi {
    OpenApi::new(Info::new("Posts", "1.2.3"), Paths::new())
}

pub(crate) fn json_of(document: &OpenApi) -> Value {
    serde_json::to_value(document).expect("it is JSON")
}

/// `POST /auth/login` and so on.
fn operations(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    all.collect()
}

/// The codes of a route by their statuses; none where the reply is no refusal.
pub(crate) fn replies(document: &Value, method: &str, path: &str) -> Value {
    let all = document["paths"][path][method]["responses"].as_object().expect("an operation");
    let codes = |reply: &Value| {
        let reply = match reply["$ref"].as_str() {
            Some(place) => document.pointer(&place[1..]).expect("it is there"),
            None => reply,
        };
        let problem = &reply["content"]["application/problem+json"]["schema"];
        problem["allOf"][1]["properties"]["code"]["enum"].clone()
    };
    all.iter().map(|(status, reply)| (status.clone(), codes(reply))).collect()
}

#[tokio::test]
async fn every_route_is_described_and_no_other() {
    let full = accounts::full().await;
    let bare = bare().await;
    let count = |document: OpenApi, guards: fastauth::routing::Guards| {
        let document = json_of(&document);
        let listed: BTreeSet<String> =
            guards.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
        assert_eq!(operations(&document), listed);
        validated(&document);
        listed.len()
    };
    let mounted = Router::<()>::new().mount("/auth", &full).guards();
    assert_eq!(count(full.openapi("/auth"), mounted), 35);
    let mounted = Router::<()>::new().mount("/api/v1", &bare).guards();
    assert_eq!(count(bare.openapi("/api/v1/"), mounted), 13);
}

#[tokio::test]
async fn bare_accounts_have_a_short_document() {
    let document = json_of(&bare().await.openapi("/auth"));
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"], json!([{ "url": BASE_URL }]));
    assert_eq!(
        replies(&document, "post", "/auth/login"),
        json!({
            "200": null,
            "400": ["invalid_scope", "malformed_body"],
            "401": ["invalid_credentials"],
            "408": ["request_timeout"],
            "413": ["payload_too_large"],
            "415": ["unsupported_media_type"],
            "422": ["validation_failed"],
            "431": ["head_too_large"],
            "500": ["internal"],
            "503": ["overloaded", "store_unavailable"],
        })
    );
    assert_eq!(
        replies(&document, "get", "/auth/me"),
        json!({
            "200": null,
            "401": ["invalid_token", "missing_token"],
            "431": ["head_too_large"],
            "503": ["store_unavailable"],
        })
    );
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({
            "BareBearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            "BarePassword": {
                "type": "oauth2",
                "flows": { "password": {
                    "tokenUrl": format!("{BASE_URL}/auth/login"), "scopes": {},
                } },
            },
        })
    );
    let schemas = &document["components"]["schemas"];
    let names: Vec<_> = schemas.as_object().into_iter().flat_map(|it| it.keys()).collect();
    let used = ["BareClaims", "BarePatch", "BareSignup", "BareTokens", "BareView"];
    assert_eq!(names, [&used[..], &["FieldProblem", "Problem", "Session"]].concat());
    assert_eq!(
        schemas["BareSignup"],
        json!({
            "type": "object",
            "properties": {
                "username": { "type": "string", "minLength": 1, "maxLength": 64 },
                "password": {
                    "type": "string",
                    "format": "password",
                    "description": "As long as it is once it is normalised (NFKC).",
                    "minLength": 8,
                    "maxLength": 256,
                    "writeOnly": true,
                },
            },
            "required": ["password", "username"],
            "additionalProperties": false,
        })
    );
    assert_eq!(
        schemas["BarePatch"],
        json!({ "type": "object", "additionalProperties": false }),
        "there is nothing to change"
    );
    assert_eq!(
        schemas["BareView"]["properties"]["id"],
        json!({ "type": "integer", "format": "int64" })
    );
    let login = &document["paths"]["/auth/login"]["post"];
    let body = &login["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["required"], json!(["username", "password"]));
    assert_eq!(login["security"], Value::Null);
    assert_eq!(
        document["paths"]["/auth/me"]["get"]["security"],
        json!([{ "BareBearer": [] }, { "BarePassword": [] }])
    );
}

#[tokio::test]
async fn a_body_is_described_as_its_fields_are() {
    let document = json_of(&accounts::full().await.openapi("/auth"));
    let schemas = &document["components"]["schemas"];
    let patch = &schemas["UserPatch"]["properties"];
    let text = json!({ "type": "string", "maxLength": 1024, "pattern": r"^[^\u0000]*$" });
    assert_eq!(patch["name"], text, "the token carries it");
    let theme = json!({ "$ref": "#/components/schemas/Theme" });
    for (field, schema) in [
        ("plan", json!({ "type": "string", "enum": ["free", "pro_plus"] })),
        (
            "seats",
            json!({ "type": ["integer", "null"], "format": "int32", "minimum": 0, "maximum": 255 }),
        ),
        ("score", json!({ "type": "integer", "format": "int64" })),
        ("weight", json!({ "type": "number", "format": "double" })),
        ("is_open", json!({ "type": "boolean" })),
        ("born", json!({ "type": ["string", "null"], "format": "date" })),
        ("seen", json!({ "type": ["string", "null"], "format": "date-time" })),
        ("avatar", json!({ "type": "string", "contentEncoding": "base64url", "maxLength": 16384 })),
        ("device", json!({ "type": ["string", "null"], "format": "uuid" })),
        ("tags", json!({})),
        ("unknown", json!({})),
    ] {
        assert_eq!(patch[field], schema, "{field}");
    }
    assert_eq!(patch["settings"]["properties"]["theme"], theme, "it describes itself");
    assert_eq!(schemas["Theme"]["enum"], json!(["Plain", "Loud"]));
    assert_eq!(schemas["UserPatch"]["required"], Value::Null);
    assert_eq!(schemas["UserSignup"]["required"], json!(["password", "email", "name"]));
    let seen = &schemas["UserView"]["properties"];
    assert_eq!(seen["name"], json!({ "type": "string" }), "a row may hold more");
    assert!(seen["notes"].is_null() && seen["password_hash"].is_null());
    let claims = &schemas["UserClaims"];
    assert_eq!(claims["required"], json!(["name", "tariff"]));
    assert_eq!(claims["additionalProperties"], Value::Null, "others stand beside them");
    // What was proved is not asked again; whom a provider knows no address of gives it.
    let rest = &schemas["UserSignupRest"];
    assert_eq!(rest["required"], json!(["name", "flow"]));
    assert!(rest["properties"]["email"].is_object());
}

#[tokio::test]
async fn where_each_login_is_optional_one_is_not() {
    #[derive(AuthUser)]
    #[auth(id, email, username, password_hash)]
    struct Either {
        id: i64,
        email: Option<String>,
        username: Option<String>,
        password_hash: PasswordHash,
    }
    #[derive(AuthUser)]
    #[auth(id, email, password_hash)]
    struct Alone {
        id: i64,
        email: Option<String>,
        password_hash: PasswordHash,
    }
    let either = serde_json::to_value(schema_of::<<Either as AuthUser>::Signup>()).expect("JSON");
    let given =
        |name: &str| json!({ "required": [name], "properties": { name: { "type": "string" } } });
    assert_eq!(either["anyOf"], json!([given("email"), given("username")]));
    assert_eq!(either["required"], json!(["password"]));
    let alone = serde_json::to_value(schema_of::<<Alone as AuthUser>::Signup>()).expect("JSON");
    assert_eq!(alone["required"], json!(["password", "email"]));
    assert_eq!(alone["properties"]["email"]["type"], "string");
}

fn schema_of<T: utoipa::ToSchema>() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    T::schema()
}

#[tokio::test]
async fn the_settings_show_where_they_matter() {
    let built = |decide: fn(fastauth::AuthBuilder<Bare>) -> fastauth::AuthBuilder<Bare>| async move {
        let built = Auth::<Bare>::builder().base_url(BASE_URL).secret(SECRET);
        let built = decide(built).store(Memory::new()).build().await;
        json_of(&built.expect("a complete application").openapi("/auth"))
    };
    let cookies = built(|it| it.cookies(CookieConfig::new().session_name("sid"))).await;
    let schemes = &cookies["components"]["securitySchemes"];
    let session = json!({ "type": "apiKey", "in": "cookie", "name": "__Host-sid" });
    assert_eq!(schemes, &json!({ "BareCookie": session }));
    assert!(cookies["paths"]["/auth/refresh"].is_null(), "an opaque token is not refreshed");
    assert!(cookies["components"]["schemas"]["BareTokens"].is_null());
    let logout = &cookies["paths"]["/auth/logout"]["post"];
    assert_eq!(logout["security"], json!([{ "BareCookie": [] }, {}]));
    assert_eq!(logout["parameters"][0]["name"], "X-Requested-With");
    assert!(logout["responses"]["204"]["headers"]["Set-Cookie"].is_object());
    assert_eq!(replies(&cookies, "post", "/auth/logout")["403"], json!(["csrf_rejected"]));
    assert_eq!(replies(&cookies, "post", "/auth/login")["429"], json!(["rate_limited"]));

    let opaque = built(|it| it.strategy(DatabaseStrategy::new()).login_page("/login")).await;
    let schemes = &opaque["components"]["securitySchemes"];
    assert_eq!(schemes["BareBearer"]["bearerFormat"], "opaque");
    let tokens = &opaque["components"]["schemas"]["BareTokens"];
    assert!(tokens["properties"]["refresh_token"].is_null());
    let me = &opaque["paths"]["/auth/me"];
    assert!(me["get"]["responses"]["303"]["headers"]["Location"].is_object());
    assert!(me["patch"]["responses"]["303"].is_null(), "a change is never sent elsewhere");

    let strict = built(|it| it.password_policy(PasswordPolicy::nist())).await;
    let change = &strict["paths"]["/auth/password/change"]["post"]["requestBody"];
    let body = &change["content"]["application/json"]["schema"];
    assert_eq!(body["properties"]["new_password"]["minLength"], 15);
    assert_eq!(body["required"], json!(["new_password"]));
    let signup = &strict["components"]["schemas"]["BareSignup"];
    assert_eq!(signup["properties"]["password"]["minLength"], 15);
}

#[tokio::test]
async fn what_a_registration_answers_depends_on_the_mail() {
    let required = json_of(&accounts::full().await.openapi("/auth"));
    let answered = replies(&required, "post", "/auth/register");
    assert!(answered["201"].is_null() && answered.get("201").is_none());
    assert!(answered.get("202").is_some());
    assert_eq!(answered["409"], json!(["field_taken", "username_taken", "vetoed"]));
    let offered = json_of(&accounts::open().await.openapi("/auth"));
    let answered = replies(&offered, "post", "/auth/register");
    assert!(answered.get("201").is_some() && answered.get("202").is_none());
    let taken = json!(["email_taken", "field_taken", "username_taken", "vetoed"]);
    assert_eq!(answered["409"], taken);
}

struct Machine;

impl Guard for Machine {
    fn describe() -> String {
        "machine".to_owned()
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Machine {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        _: &mut http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self)
    }
}

type Both = (can::WritePosts, can::ManageRoles);

fn application(auth: &Auth<User>) -> Router {
    Router::new()
        .route("/", get(async |_: Option<CurrentUser<User>>| "hello"))
        .route("/both", post(async |_: Require<User, Both>| ""))
        .route("/either", post(async |_: Require<User, Any<Both>>| ""))
        .route("/granted", post(async |_: RequireScope<User, can::WritePosts>| ""))
        .route("/export", post(async |_: Fresh<User>| ""))
        .route("/plan", get(async |_: Claims<User>| ""))
        .route("/posts/{id}/{*rest}", any(async |_: Public| ""))
        .route("/metrics", get(async |_: Machine| ""))
        .nest_unchecked("/files", axum::Router::new())
        .fallback(async |_: Public| "nothing")
        .nest("/v1", Router::new().mount("/auth", auth))
        .serve_openapi("/openapi.json", own(), &[Accounts::of(auth)])
        .with_state(auth.clone())
}

#[tokio::test]
async fn a_guard_of_the_application_s_own_routes_is_told_too() {
    let auth = accounts::open().await;
    let client = fastauth_tests::serve(&auth, application(&auth).into()).await;
    let reply = client.get("/openapi.json").await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let document = reply.json();
    validated(&document);
    assert_eq!(document["info"]["title"], "Posts");
    let security = |method: &str, path: &str| document["paths"][path][method]["security"].clone();
    let (manage, write) = ("manage-roles", "posts:write");
    let any = json!([{ "UserBearer": [] }, { "UserPassword": [] }, { "UserCookie": [] }, {}]);
    assert_eq!(security("get", "/"), any);
    assert_eq!(security("post", "/both")[0], json!({ "UserBearer": [write, manage] }));
    let either = security("post", "/either");
    assert_eq!(either[0], json!({ "UserBearer": [write] }));
    assert_eq!(either[1], json!({ "UserBearer": [manage] }));
    // What a token must be granted, the form of the login can ask for.
    let granted = json!([
        { "UserBearer": [write] }, { "UserPassword": [write] }, { "UserCookie": [write] }
    ]);
    assert_eq!(security("post", "/granted"), granted);
    let flows = &document["components"]["securitySchemes"]["UserPassword"]["flows"];
    assert_eq!(flows["password"]["scopes"][write], "Publish a post.");
    let client = json!([{ "UserClient": [] }, {}]);
    assert_eq!(security("post", "/v1/auth/token/introspect"), client);
    assert_eq!(security("post", "/v1/auth/token/revoke"), Value::Null);
    for open in ["/metrics", "/openapi.json"] {
        assert_eq!(security("get", open), Value::Null, "{open}");
    }
    assert_eq!(
        replies(&document, "post", "/both")["403"],
        json!(["csrf_rejected", "insufficient_permission", "insufficient_scope"])
    );
    let stale = json!(["invalid_token", "missing_token", "reauthentication_required"]);
    assert_eq!(replies(&document, "post", "/export")["401"], stale);
    assert!(replies(&document, "get", "/plan").get("503").is_none(), "no store is asked");
    assert_eq!(replies(&document, "get", "/")["401"], json!(["invalid_token"]));
    let rest = &document["paths"]["/posts/{id}/{rest}"];
    let names = [&rest["put"]["parameters"][0]["name"], &rest["put"]["parameters"][1]["name"]];
    assert_eq!(names, ["id", "rest"]);
    let mounted = &document["paths"]["/v1/auth/users/{id}/roles/{name}"]["put"]["parameters"];
    assert_eq!(mounted[0]["schema"]["format"], "uuid");
    let paths = document["paths"].as_object().into_iter().flat_map(|it| it.keys());
    assert!(paths.clone().all(|path| !path.contains('*') && !path.starts_with("/files")));
    let all = operations(&document);
    assert_eq!(all.len(), 35 + 7 + 5 + 1, "{all:?}");
}

/// What utoipa says of a handler stays, and the rest is filled in.
#[tokio::test]
async fn the_application_s_own_words_come_first() {
    use utoipa::OpenApi as _;

    /// Publishes a post.
    #[utoipa::path(post, path = "/posts", operation_id = "login", responses((status = 201, description = "Published.")))]
    #[allow(dead_code, reason = "only its description is asked for")]
    fn publish() {}
    /// Says which it is.
    #[utoipa::path(get, path = "/posts", security(("Mine" = ["it"])), responses((status = 401, description = "Not you.")))]
    #[allow(dead_code, reason = "only its description is asked for")]
    fn list() {}
    #[derive(utoipa::OpenApi)]
    #[openapi(info(title = "Mine", version = "7"), paths(publish, list))]
    struct Own;

    let auth = accounts::full().await;
    let posts =
        post(async |_: Require<User, can::WritePosts>| "").get(async |_: CurrentUser<User>| "");
    let app: Router<Auth<User>> = Router::new().route("/posts", posts).mount("/auth", &auth);
    let document = json_of(&app.openapi(Own::openapi(), &[Accounts::of(&auth)]));
    validated(&document);
    let posts = &document["paths"]["/posts"];
    assert_eq!(document["info"]["title"], "Mine");
    assert_eq!(posts["post"]["summary"], "Publishes a post.");
    assert_eq!(posts["post"]["security"][0], json!({ "UserBearer": ["posts:write"] }));
    assert!(posts["post"]["responses"]["201"].is_object());
    assert!(posts["post"]["responses"]["403"].is_object());
    assert_eq!(posts["get"]["security"], json!([{ "Mine": ["it"] }]));
    assert_eq!(posts["get"]["responses"]["401"]["description"], "Not you.");
    let login = &document["paths"]["/auth/login"]["post"]["operationId"];
    assert_eq!(login, "login_user", "a name is only given once");
}

#[tokio::test]
async fn two_kinds_of_user_have_names_of_their_own() {
    let (users, bare) = (accounts::full().await, bare().await);
    let app = Router::<()>::new().mount("/auth", &users).mount("/staff", &bare);
    let document = json_of(&app.openapi(own(), &[Accounts::of(&users), Accounts::of(&bare)]));
    validated(&document);
    assert_eq!(operations(&document).len(), 35 + 13);
    let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
    assert!(["UserBearer", "BareBearer"].iter().all(|name| schemes.contains_key(*name)));
    assert_eq!(
        document["paths"]["/staff/me"]["get"]["security"],
        json!([{ "BareBearer": [] }, { "BarePassword": [] }])
    );
}

/// The types of the bodies are utoipa's own, without a word of it in the struct's crate.
#[test]
fn a_view_is_a_schema_for_replies_of_ones_own() {
    use utoipa::{PartialSchema, ToSchema};

    type View = <User as AuthUser>::View;
    assert_eq!(View::name(), "UserView");
    assert_eq!(<User as AuthUser>::Signup::name(), "UserSignup");
    let mut mentioned = Vec::new();
    View::schemas(&mut mentioned);
    assert_eq!(mentioned.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Theme"]);
    let schema = serde_json::to_value(View::schema()).expect("JSON");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(Can::ALL.len(), 2);
}
