//! The `keeper` as a Lambda.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    nova_kit::lambda::run(nova_fn_keeper::Keep).await
}
