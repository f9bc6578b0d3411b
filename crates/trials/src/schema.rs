//! Structured data against the vocabulary of schema.org, as `schema-dts` has it and `tsc` checks it.

use std::process::Command;

use serde_json::Value;

use crate::{During, Result, Trouble, checkout};

/// What is wrong with data that says it is of this type (`NewsArticle`): a property that the type does not have, or a value
/// that the property cannot have. A line for each; empty is good.
///
/// # Errors
/// When the checker is not installed (`npm ci` in `dev/`) or does not run.
pub fn complaints(kind: &str, data: &[Value]) -> Result<Vec<String>> {
    let dev = checkout().join("dev/node_modules");
    let folder = tempfile::tempdir().during("scratch folder")?;
    let mut source = format!("import type {{ {kind}, WithContext }} from 'schema-dts';\n");
    for (n, one) in data.iter().enumerate() {
        source.push_str(&format!("export const data{n}: WithContext<{kind}> = {one};\n"));
    }
    std::fs::write(folder.path().join("data.ts"), source).during("scratch file")?;
    let options = serde_json::json!({ "compilerOptions": {
        "strict": true, "noEmit": true, "skipLibCheck": true, "module": "esnext", "moduleResolution": "bundler",
        "types": [], "paths": { "schema-dts": [dev.join("schema-dts")] },
    }, "include": ["data.ts"] });
    std::fs::write(folder.path().join("tsconfig.json"), options.to_string())
        .during("scratch file")?;
    let mut command = Command::new(dev.join(".bin/tsc"));
    command.arg("--project").arg(folder.path()).args(["--pretty", "false"]);
    let output = command.output().during("tsc (./test installs it)")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() && text.is_empty() {
        return Err(Trouble(format!("tsc ended with {}", output.status)));
    }
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn good_data_passes_and_bad_data_is_named() {
        let good =
            json!({ "@context": "https://schema.org", "@type": "NewsArticle", "headline": "A" });
        let mut bad = good.clone();
        bad["headlines"] = json!("A");
        let mut other = good.clone();
        other["publisher"] = json!({ "@type": "NewsMediaOrganisation", "name": "A" });
        assert_eq!(complaints("NewsArticle", &[good]).unwrap(), Vec::<String>::new());
        let lines = complaints("NewsArticle", &[bad, other]).unwrap();
        assert!(lines.iter().any(|line| line.contains("headlines")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("NewsMediaOrganisation")), "{lines:?}");
    }
}
