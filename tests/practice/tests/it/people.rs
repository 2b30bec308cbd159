use crate::world::World;
use axum::http::Method;
use nova_practice::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn a_manager_knows_and_changes_the_people_of_the_own_cabinet() {
    let world = World::new().await;
    let [own, other] = world.cabinets;
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    let mine = world.person("anne@example.org", Role::Receptionist, Some(own)).await;
    let theirs = world.person("bruno@example.org", Role::Receptionist, Some(other)).await;
    let both = world.person("chloe@example.org", Role::Practitioner, Some(own)).await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let there = json!({ "role": "practitioner", "cabinet": other });
    world
        .post(&format!("/v1/users/{both}/roles"), Some(&admin), there)
        .await
        .is(201);

    let listed = world.get("/v1/users?sort=email&limit=2", &manager).await.is(200).json();
    let emails = |page: &Value| -> Vec<String> {
        let users = page["users"].as_array().unwrap();
        users
            .iter()
            .map(|user| user["email"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(emails(&listed), ["anne@example.org", "chloe@example.org"]);
    let next = format!(
        "/v1/users?sort=email&limit=2&cursor={}",
        listed["next"].as_str().unwrap()
    );
    let rest = world.get(&next, &manager).await.is(200).json();
    assert_eq!(emails(&rest), ["manager@nova.example"]);
    assert_eq!(rest["next"], Value::Null);
    // Roles elsewhere are not shown, either.
    let chloe = world.get(&format!("/v1/users/{both}"), &manager).await.is(200).json();
    assert_eq!(chloe["roles"].as_array().unwrap().len(), 1);
    assert_eq!(
        world
            .get("/v1/users?sort=name&cursor=bm9uc2Vuc2U", &manager)
            .await
            .problem(),
        (400, "NOVA-3222".to_owned())
    );

    let change = json!({ "name": "Anne B." });
    let patch = async |id: String, body: &Value| {
        world
            .send(Method::PATCH, &format!("/v1/users/{id}"), Some(&manager), Some(body))
            .await
    };
    assert_eq!(
        patch(mine.to_string(), &change).await.is(200).text_at("/name"),
        "Anne B."
    );
    assert_eq!(
        patch(theirs.to_string(), &change).await.problem(),
        (404, "NOVA-3205".to_owned())
    );
    assert_eq!(
        patch(both.to_string(), &change).await.problem(),
        (403, "NOVA-3204".to_owned())
    );
    let wrong = patch(mine.to_string(), &json!({ "phone": "call me" })).await;
    assert_eq!(wrong.problem(), (422, "NOVA-3006".to_owned()));

    for (role, cabinet) in [("assistant", Some(other)), ("super-admin", None), ("auditor", None)] {
        let body = json!({ "role": role, "cabinet": cabinet });
        let refused = world
            .post(&format!("/v1/users/{mine}/roles"), Some(&manager), body)
            .await;
        assert_eq!(refused.problem(), (403, "NOVA-3216".to_owned()), "{role}");
    }
    let many = json!({ "users": [mine, theirs], "action": "disable" });
    let outcomes = world.post("/v1/users/bulk", Some(&manager), many).await.is(200).json();
    assert_eq!(outcomes["done"], 1);
    assert_eq!(outcomes["outcomes"][1]["code"], "NOVA-3205");
}

#[tokio::test]
async fn the_last_super_admin_stays() {
    let world = World::new().await;
    let user = world.person("admin@nova.example", Role::SuperAdmin, None).await;
    let admin = world.token(user, true).await;
    let shown = world.get(&format!("/v1/users/{user}"), &admin).await.is(200);
    let grant = format!("/v1/users/{user}/roles/{}", shown.text_at("/roles/0/id"));
    let refused = world.send(Method::DELETE, &grant, Some(&admin), None).await;
    assert_eq!(refused.problem(), (409, "NOVA-3217".to_owned()));
    let disabled = json!({ "status": "disabled" });
    let refused = world
        .send(
            Method::PATCH,
            &format!("/v1/users/{user}"),
            Some(&admin),
            Some(&disabled),
        )
        .await;
    assert_eq!(refused.problem(), (409, "NOVA-3217".to_owned()));
    world.get("/v1/users", &admin).await.is(200);
}

#[tokio::test]
async fn an_invitation_that_is_sent_twice_invites_once() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let body = json!({ "email": "claire@example.org", "name": "Claire", "roles": [{ "role": "group-analyst" }] });
    let send = async |body: &Value| {
        let key = [("idempotency-key", "one")];
        let answer = world
            .send_with(Method::POST, "/v1/invitations", Some(&admin), &key, Some(body))
            .await;
        (answer.status, answer.json())
    };
    let (status, first) = send(&body).await;
    assert!(status == 201 && first["token"].is_string(), "{first}");
    let (status, again) = send(&body).await;
    assert_eq!(
        (status, &again["user"]["id"], &again["token"]),
        (201, &first["user"]["id"], &Value::Null)
    );
    let (status, other) =
        send(&json!({ "email": "x@example.org", "name": "X", "roles": [{ "role": "auditor" }] })).await;
    assert_eq!((status, other["code"].as_str()), (409, Some("NOVA-2108")));
}

#[tokio::test]
async fn a_file_of_people_is_looked_at_applied_and_undone() {
    let world = World::new().await;
    let [own, other] = world.cabinets;
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    world.person("anne@example.org", Role::Receptionist, Some(own)).await;
    let file = format!(
        "csv:email,name,role,cabinet\nnew@example.org,New,assistant,{own}\nanne@example.org,Anne,assistant,{own}\n\
         =cmd(),Formula,assistant,{own}\nfar@example.org,Far,assistant,{other}\nbad@example.org,Bad,king,{own}\nnew@example.org,New,assistant,{own}\n"
    );
    let preview = world
        .post("/v1/users/imports", Some(&manager), Value::String(file))
        .await
        .is(201);
    let shown = preview.json();
    assert_eq!(
        (&shown["good"], &shown["bad"], &shown["status"]),
        (&json!(2), &json!(4), &json!("previewed"))
    );
    let path = format!("/v1/users/imports/{}", preview.text_at("/id"));
    let faults = world.get(&format!("{path}/faults.csv"), &manager).await.is(200);
    assert!(
        faults.text.contains("'=cmd()") && faults.text.lines().count() == 5,
        "{}",
        faults.text
    );
    let count = async || {
        let users = world.get("/v1/users?role=assistant", &manager).await.is(200).json();
        users["users"].as_array().unwrap().len()
    };
    assert_eq!(count().await, 0, "looking changes nothing");
    world
        .post(&format!("{path}/apply"), Some(&manager), json!({}))
        .await
        .is(200);
    assert_eq!(count().await, 2);
    let twice = world.post(&format!("{path}/apply"), Some(&manager), json!({})).await;
    assert_eq!(twice.problem(), (409, "NOVA-3223".to_owned()));
    // Somebody else's import is nobody's business.
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    assert_eq!(world.get(&path, &admin).await.status, 404);
    let undone = world
        .post(&format!("{path}/undo"), Some(&manager), json!({}))
        .await
        .is(200)
        .json();
    assert_eq!((undone["roles"].clone(), count().await), (json!(2), 0));
    let gone = world.get("/v1/users?q=new", &admin).await.is(200).json();
    assert_eq!(gone["users"], json!([]));
}

#[tokio::test]
async fn what_people_do_stands_in_a_chain_that_proves_itself() {
    let world = World::new().await;
    world.person("admin@nova.example", Role::SuperAdmin, None).await;
    let auditor = world.signed_in("auditor@nova.example", Role::Auditor, None).await;
    world.login("admin@nova.example").await.is(200);
    let guess = json!({ "email": "admin@nova.example", "password": "wrong, and long enough" });
    assert_eq!(world.post("/v1/auth/login", None, guess).await.status, 401);
    let entries = world.get("/v1/audit?limit=3", &auditor).await.is(200).json();
    let actions: Vec<&str> = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions[..2], ["sign-in.refused", "session.begin"]);
    assert!(entries["next"].is_string());
    let proof = world.get("/v1/audit/proof", &auditor).await.is(200).json();
    assert!(
        proof["entries"].as_i64().unwrap() >= 3 && proof["head"].as_str().unwrap().len() == 64,
        "{proof}"
    );
    let own = world
        .get(&format!("/v1/cabinets/{}/audit/proof", world.cabinets[0]), &auditor)
        .await
        .is(200);
    assert!(own.json()["entries"].is_i64());
}
