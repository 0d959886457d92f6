//! A server that is too old says so at the start, however it is come by.

use fastauth::{Auth, store::Postgres};
use fastauth_tests::{BASE_URL, Database, SECRET, User};
use sqlx::postgres::PgPoolOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_too_old_is_said_to_be() {
    let Some(database) = Database::new().await else { return };
    let url = disguised(&database, "12").await;
    let told = Postgres::connect(&url).await.unwrap_err().to_string();
    for words in ["the database is too old", "is PostgreSQL 12", "needs PostgreSQL 13 or later"] {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
    // A pool of the application's own is looked at when everything is.
    let pool = PgPoolOptions::new().connect(&url).await.unwrap();
    let auth = Auth::<User>::builder().base_url(BASE_URL).secret(SECRET).create_user_table();
    let told = auth.store(Postgres::from_pool(pool)).build().await.unwrap_err().to_string();
    for words in ["PostgreSQL 12", "13 or later", "fix: "] {
        assert!(told.contains(words), "`{words}` is not in {told}");
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.ask::<i64>(tables).await, 0, "it wrote all the same");
    Postgres::connect(disguised(&database, "13").await).await.expect("the oldest there may be");
}

/// The URL of a database whose server says that it is of this version.
async fn disguised(database: &Database, major: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let between = listener.local_addr().unwrap().to_string();
    let server = database.address();
    // What is encrypted cannot be rewritten.
    let url = database.url().replace(&server, &between) + "?sslmode=disable";
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            let ((mut asked, mut told), (mut from, mut to)) =
                (client.into_split(), server.into_split());
            tokio::spawn(async move { copy(&mut asked, &mut to).await });
            tokio::spawn(async move {
                let mut bytes = vec![0; 16_384];
                while let Ok(length @ 1..) = from.read(&mut bytes).await {
                    disguise(&mut bytes[..length], major);
                    if told.write_all(&bytes[..length]).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

/// Of the message that tells a version, the first two digits.
fn disguise(bytes: &mut [u8], major: &str) {
    const NAME: &[u8] = b"server_version\0";
    if let Some(at) = bytes.windows(NAME.len()).position(|it| it == NAME) {
        bytes[at + NAME.len()..][..major.len()].copy_from_slice(major.as_bytes());
    }
}
