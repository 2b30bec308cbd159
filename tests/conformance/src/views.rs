//! Laws of [`Views`].

use crate::Make;
use nova_eventlog::Views;
use serde_json::json;

/// An item is what was last written, in its own kind.
pub async fn the_last_writer_of_an_item_wins(make: Make<'_, dyn Views>) {
    let views = make().await;
    assert_eq!(views.get("operation", "op1").await.unwrap(), None);
    views
        .put("operation", "op1", &json!({"status": "running", "rows": 1}))
        .await
        .unwrap();
    views.put("environment", "op1", &json!(null)).await.unwrap();
    let last = json!({"status": "completed", "tables": ["été", "🦷", "\u{0}"], "rows": u64::MAX});
    views.put("operation", "op1", &last).await.unwrap();
    assert_eq!(views.get("operation", "op1").await.unwrap(), Some(last));
    assert_eq!(views.get("environment", "op1").await.unwrap(), Some(json!(null)));
}

/// A prefix is taken by its letters: nothing in it is a pattern.
pub async fn items_are_listed_by_prefix_in_the_order_of_their_keys(make: Make<'_, dyn Views>) {
    let views = make().await;
    for key in ["op1/b", "op1/a", "op10/a", "op%/a", "op_/a", "Op1/a", "opé/a", "op1"] {
        views.put("chunk", key, &json!(key)).await.unwrap();
    }
    views.put("other", "op1/c", &json!(1)).await.unwrap();
    for (prefix, expected) in [
        ("op1/", &["op1/a", "op1/b"] as &[&str]),
        ("op1", &["op1", "op1/a", "op1/b", "op10/a"]),
        ("op%", &["op%/a"]),
        ("op_", &["op_/a"]),
        ("opé", &["opé/a"]),
        ("none", &[]),
        (
            "",
            &["Op1/a", "op%/a", "op1", "op1/a", "op1/b", "op10/a", "op_/a", "opé/a"],
        ),
    ] {
        let listed = views.list("chunk", prefix).await.unwrap();
        let keys: Vec<&str> = listed.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, expected, "{prefix:?}");
        assert!(listed.iter().all(|(key, item)| *item == json!(key)));
    }
}

/// Stores that answer in pages (DynamoDB: 1 MB) are read to the end.
pub async fn many_large_items_are_listed_whole(make: Make<'_, dyn Views>) {
    let views = make().await;
    let large = |number: usize| json!({ "number": number, "text": "é\"x".repeat(50_000 + number) });
    for number in 0..9 {
        views
            .put("plan", &format!("op1/{number}"), &large(number))
            .await
            .unwrap();
    }
    for prefix in ["", "op1/"] {
        let listed = views.list("plan", prefix).await.unwrap();
        assert_eq!(listed.len(), 9);
        for (number, (key, item)) in listed.iter().enumerate() {
            assert_eq!(*key, format!("op1/{number}"));
            assert!(*item == large(number), "{key}");
        }
    }
}

/// Removed is removed, and removing again is fine.
pub async fn removing_what_is_not_there_is_fine(make: Make<'_, dyn Views>) {
    let views = make().await;
    views.put("operation", "op1", &json!(1)).await.unwrap();
    for _ in 0..2 {
        views.delete("operation", "op1").await.unwrap();
        assert_eq!(views.get("operation", "op1").await.unwrap(), None);
    }
}
