//! Languages that Azure's speech service speaks and understands.
//!
//! From Microsoft's tables "Text to speech" (2025-10) and "Speech to text" (2026-04) of the page "Language and voice support
//! for Azure Speech". Both grow: what is not here is worth a warning, no more.

/// Languages with a voice. Those with a script in their tag are written as elsewhere: `sr-Latn-RS`.
const SPOKEN: &str = "af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IQ ar-JO ar-KW ar-LB ar-LY ar-MA ar-OM ar-QA ar-SA ar-SY ar-TN \
    ar-YE as-IN az-AZ bg-BG bn-BD bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB en-HK en-IE \
    en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-CU es-DO es-EC es-ES es-GQ es-GT \
    es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI fil-PH fr-BE fr-CA fr-CH fr-FR \
    ga-IE gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT iu-Cans-CA iu-Latn-CA ja-JP jv-ID ka-GE kk-KZ km-KH \
    kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO ne-NP nl-BE nl-NL or-IN pa-IN pl-PL ps-AF \
    pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI so-SO sq-AL sr-Latn-RS sr-RS su-ID sv-SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG \
    te-IN th-TH tr-TR uk-UA ur-IN ur-PK uz-UZ vi-VN wuu-CN yue-CN zh-CN zh-HK zh-TW zu-ZA";

/// Languages that are understood.
const UNDERSTOOD: &str = "af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-LY ar-MA ar-OM ar-PS ar-QA \
    ar-SA ar-SY ar-TN ar-YE as-IN az-AZ bg-BG bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB \
    en-GH en-HK en-IE en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-CU es-DO es-EC \
    es-ES es-GQ es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI fil-PH fr-BE \
    fr-CA fr-CH fr-FR ga-IE gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-CH it-IT ja-JP jv-ID ka-GE kk-KZ km-KH \
    kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO ne-NP nl-BE nl-NL or-IN pa-IN pl-PL ps-AF \
    pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI so-SO sq-AL sr-RS sv-SE sw-KE sw-TZ ta-IN te-IN th-TH tr-TR uk-UA ur-IN uz-UZ \
    vi-VN wuu-CN yue-CN zh-CN zh-HK zh-TW zu-ZA";

/// All languages that have a voice.
pub(super) fn spoken() -> impl Iterator<Item = &'static str> + Clone {
    SPOKEN.split_whitespace()
}

/// All languages that are understood.
pub(super) fn understood() -> impl Iterator<Item = &'static str> + Clone {
    UNDERSTOOD.split_whitespace()
}

/// Why a voice will hardly speak a language; none where it may.
///
/// A voice is named after its language: `en-US-JennyNeural`, `en-US-Ava:DragonHDLatestNeural`. Those with `Multilingual` or
/// `DragonHD` in their name speak others, too. A voice of one's own may have any name that begins otherwise.
pub(super) fn misfit(voice: &str, language: &str) -> Option<String> {
    let own = spoken().filter(|tag| begins(voice, tag)).max_by_key(|tag| tag.len())?;
    if !voice.ends_with("Neural") {
        return Some(format!("`{voice}` is no voice: names of voices end in Neural"));
    }
    let speaks_others = voice.contains("Multilingual") || voice.contains("DragonHD");
    let speaks = own == language || speaks_others;
    (!speaks).then(|| format!("`{voice}` speaks {own}, not {language}"))
}

fn begins(voice: &str, tag: &str) -> bool {
    voice.strip_prefix(tag).is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_and_their_languages() {
        for (voice, language, fits) in [
            ("en-US-JennyNeural", "en-US", true),
            ("en-US-JennyNeural", "en-GB", false),
            ("en-US-Jenny", "en-US", false),
            ("en-US-AvaMultilingualNeural", "de-DE", true),
            ("en-US-Ava:DragonHDLatestNeural", "fr-FR", true),
            ("sr-Latn-RS-NicholasNeural", "sr-Latn-RS", true),
            ("zh-CN-sichuan-YunxiNeural", "zh-CN", true),
            ("ContosoBrandVoice", "en-US", true),
        ] {
            assert_eq!(misfit(voice, language).is_none(), fits, "{voice} {language}");
        }
    }

    #[test]
    fn the_tables_are_in_order_and_without_doubles() {
        for table in [SPOKEN, UNDERSTOOD] {
            let tags: Vec<&str> = table.split_whitespace().collect();
            assert!(tags.is_sorted_by(|left, right| left < right), "{table}");
        }
        assert_eq!((spoken().count(), understood().count()), (148, 143));
    }
}
