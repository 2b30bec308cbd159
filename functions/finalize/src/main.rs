//! The `finalize` step as a Lambda.

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    nova_kit::lambda::run(nova_fn_finalize::Finalize).await
}
